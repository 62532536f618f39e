/**
 * The contract with the bank's gateway (WSDL 1.1, SOAP 1.1, document/literal). It is in the code because the build copies no other
 * files. Amounts of requests are minor units of an ISO 4217 currency. Amounts of responses are too, or are all decimal numbers with
 * exactly as many digits after the point as the currency has: 1999 or 19.99 EUR, 500 JPY. Times are UTC, also where they have no zone.
 * Till never guesses: a response with any other amount or time leaves the outcome unknown. A MerchantReference identifies one
 * operation: a repeat with it returns the outcome of the first call.
 */
export const gatewayWsdl = `<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions name="PaymentGateway" targetNamespace="urn:till:payment-gateway:1" xmlns:tns="urn:till:payment-gateway:1"
  xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <wsdl:types>
    <xsd:schema targetNamespace="urn:till:payment-gateway:1" elementFormDefault="qualified">
      <xsd:element name="AuthoriseRequest">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="MerchantReference" type="xsd:string"/>
            <xsd:element name="PaymentReference" type="xsd:string"/>
            <xsd:element name="Amount" type="xsd:long"/>
            <xsd:element name="Currency" type="xsd:string"/>
            <xsd:element name="PaymentMethod" type="xsd:string"/>
            <xsd:element name="Capture" type="xsd:boolean"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="CaptureRequest" type="tns:FollowingOperation"/>
      <xsd:element name="ReverseRequest" type="tns:FollowingOperation"/>
      <xsd:element name="RefundRequest" type="tns:FollowingOperation"/>
      <xsd:complexType name="FollowingOperation">
        <xsd:sequence>
          <xsd:element name="MerchantReference" type="xsd:string"/>
          <xsd:element name="GatewayReference" type="xsd:string"/>
          <xsd:element name="Amount" type="xsd:long"/>
          <xsd:element name="Currency" type="xsd:string"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:element name="EnquiryRequest">
        <xsd:complexType>
          <xsd:sequence><xsd:element name="MerchantReference" type="xsd:string"/></xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="AuthoriseResponse" type="tns:OperationResult"/>
      <xsd:element name="CaptureResponse" type="tns:OperationResult"/>
      <xsd:element name="ReverseResponse" type="tns:OperationResult"/>
      <xsd:element name="RefundResponse" type="tns:OperationResult"/>
      <xsd:element name="EnquiryResponse" type="tns:OperationResult"/>
      <!-- Operation: AUTHORISE, SALE (captured at once), CAPTURE, REVERSE or REFUND. Status: APPROVED, DECLINED or PENDING.
           ReasonCode of what was declined: ISO 8583, field 39. Amount: minor units (1999 EUR), or a decimal number with exactly as
           many digits after the point as the currency has (19.99 EUR). ProcessedAt: UTC where it has no zone. -->
      <xsd:complexType name="OperationResult">
        <xsd:sequence>
          <xsd:element name="MerchantReference" type="xsd:string"/>
          <xsd:element name="GatewayReference" type="xsd:string"/>
          <xsd:element name="TransactionId" type="xsd:string"/>
          <xsd:element name="Operation" type="xsd:string"/>
          <xsd:element name="Status" type="xsd:string"/>
          <xsd:element name="ReasonCode" type="xsd:string" minOccurs="0"/>
          <xsd:element name="Amount" type="xsd:decimal"/>
          <xsd:element name="Currency" type="xsd:string"/>
          <xsd:element name="ProcessedAt" type="xsd:dateTime"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:element name="StatementRequest">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="From" type="xsd:dateTime"/>
            <xsd:element name="To" type="xsd:dateTime"/>
            <xsd:element name="After" type="xsd:string" minOccurs="0"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="StatementResponse">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="Line" type="tns:StatementLine" minOccurs="0" maxOccurs="unbounded"/>
            <xsd:element name="More" type="xsd:boolean"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <!-- Kind: CAPTURE, REFUND, REFUND_RETURN, CHARGEBACK, CHARGEBACK_REVERSAL, FEE, FEE_REFUND, PAYOUT or PAYOUT_RETURN; any other has a
           Direction: CREDIT if the bank owes the merchant more after it, DEBIT if less. Amount as in OperationResult, with one notation in
           the whole statement. SettledAt: UTC where it has no zone. -->
      <xsd:complexType name="StatementLine">
        <xsd:sequence>
          <xsd:element name="LineId" type="xsd:string"/>
          <xsd:element name="Kind" type="xsd:string"/>
          <xsd:element name="Direction" type="xsd:string" minOccurs="0"/>
          <xsd:element name="MerchantReference" type="xsd:string" minOccurs="0"/>
          <xsd:element name="GatewayReference" type="xsd:string" minOccurs="0"/>
          <xsd:element name="Amount" type="xsd:decimal"/>
          <xsd:element name="Currency" type="xsd:string"/>
          <xsd:element name="SettledAt" type="xsd:dateTime"/>
        </xsd:sequence>
      </xsd:complexType>
      <!-- In the detail of a fault: UNKNOWN_REFERENCE, DUPLICATE_REFERENCE, INVALID_REQUEST or UNAVAILABLE. -->
      <xsd:element name="GatewayFault">
        <xsd:complexType><xsd:sequence><xsd:element name="Code" type="xsd:string"/></xsd:sequence></xsd:complexType>
      </xsd:element>
    </xsd:schema>
  </wsdl:types>
  <wsdl:message name="AuthoriseRequest"><wsdl:part name="parameters" element="tns:AuthoriseRequest"/></wsdl:message>
  <wsdl:message name="AuthoriseResponse"><wsdl:part name="parameters" element="tns:AuthoriseResponse"/></wsdl:message>
  <wsdl:message name="CaptureRequest"><wsdl:part name="parameters" element="tns:CaptureRequest"/></wsdl:message>
  <wsdl:message name="CaptureResponse"><wsdl:part name="parameters" element="tns:CaptureResponse"/></wsdl:message>
  <wsdl:message name="ReverseRequest"><wsdl:part name="parameters" element="tns:ReverseRequest"/></wsdl:message>
  <wsdl:message name="ReverseResponse"><wsdl:part name="parameters" element="tns:ReverseResponse"/></wsdl:message>
  <wsdl:message name="RefundRequest"><wsdl:part name="parameters" element="tns:RefundRequest"/></wsdl:message>
  <wsdl:message name="RefundResponse"><wsdl:part name="parameters" element="tns:RefundResponse"/></wsdl:message>
  <wsdl:message name="EnquiryRequest"><wsdl:part name="parameters" element="tns:EnquiryRequest"/></wsdl:message>
  <wsdl:message name="EnquiryResponse"><wsdl:part name="parameters" element="tns:EnquiryResponse"/></wsdl:message>
  <wsdl:message name="StatementRequest"><wsdl:part name="parameters" element="tns:StatementRequest"/></wsdl:message>
  <wsdl:message name="StatementResponse"><wsdl:part name="parameters" element="tns:StatementResponse"/></wsdl:message>
  <wsdl:message name="GatewayFault"><wsdl:part name="fault" element="tns:GatewayFault"/></wsdl:message>
  <wsdl:portType name="PaymentGatewayPort">
    <wsdl:operation name="Authorise">
      <wsdl:documentation>Holds money, or takes it at once where Capture is true.</wsdl:documentation>
      <wsdl:input message="tns:AuthoriseRequest"/>
      <wsdl:output message="tns:AuthoriseResponse"/>
      <wsdl:fault name="GatewayFault" message="tns:GatewayFault"/>
    </wsdl:operation>
    <wsdl:operation name="Capture">
      <wsdl:documentation>Takes (a part of) what is held.</wsdl:documentation>
      <wsdl:input message="tns:CaptureRequest"/>
      <wsdl:output message="tns:CaptureResponse"/>
      <wsdl:fault name="GatewayFault" message="tns:GatewayFault"/>
    </wsdl:operation>
    <wsdl:operation name="Reverse">
      <wsdl:documentation>Gives up (a part of) what is held.</wsdl:documentation>
      <wsdl:input message="tns:ReverseRequest"/>
      <wsdl:output message="tns:ReverseResponse"/>
      <wsdl:fault name="GatewayFault" message="tns:GatewayFault"/>
    </wsdl:operation>
    <wsdl:operation name="Refund">
      <wsdl:documentation>Gives back (a part of) what was taken.</wsdl:documentation>
      <wsdl:input message="tns:RefundRequest"/>
      <wsdl:output message="tns:RefundResponse"/>
      <wsdl:fault name="GatewayFault" message="tns:GatewayFault"/>
    </wsdl:operation>
    <wsdl:operation name="Enquiry">
      <wsdl:documentation>What became of the operation of this merchant reference.</wsdl:documentation>
      <wsdl:input message="tns:EnquiryRequest"/>
      <wsdl:output message="tns:EnquiryResponse"/>
      <wsdl:fault name="GatewayFault" message="tns:GatewayFault"/>
    </wsdl:operation>
    <wsdl:operation name="Statement">
      <wsdl:documentation>What was settled in a time, oldest first; the next page begins after the last line of the one before.</wsdl:documentation>
      <wsdl:input message="tns:StatementRequest"/>
      <wsdl:output message="tns:StatementResponse"/>
      <wsdl:fault name="GatewayFault" message="tns:GatewayFault"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="PaymentGatewayBinding" type="tns:PaymentGatewayPort">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Authorise">
      <soap:operation soapAction="urn:till:payment-gateway:1/Authorise"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="GatewayFault"><soap:fault name="GatewayFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
    <wsdl:operation name="Capture">
      <soap:operation soapAction="urn:till:payment-gateway:1/Capture"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="GatewayFault"><soap:fault name="GatewayFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
    <wsdl:operation name="Reverse">
      <soap:operation soapAction="urn:till:payment-gateway:1/Reverse"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="GatewayFault"><soap:fault name="GatewayFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
    <wsdl:operation name="Refund">
      <soap:operation soapAction="urn:till:payment-gateway:1/Refund"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="GatewayFault"><soap:fault name="GatewayFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
    <wsdl:operation name="Enquiry">
      <soap:operation soapAction="urn:till:payment-gateway:1/Enquiry"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="GatewayFault"><soap:fault name="GatewayFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
    <wsdl:operation name="Statement">
      <soap:operation soapAction="urn:till:payment-gateway:1/Statement"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="GatewayFault"><soap:fault name="GatewayFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="PaymentGateway">
    <wsdl:port name="PaymentGatewayPort" binding="tns:PaymentGatewayBinding">
      <soap:address location="https://gateway.example/soap"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>`;
