import type { Words } from './words.js';

const IGNORE = 'Waren Sie es nicht, ignorieren Sie diese Nachricht: Es ändert sich nichts.';
const NOT_YOU =
  'Waren Sie es nicht, setzen Sie sofort ein neues Passwort („Passwort vergessen“), und geben Sie uns Bescheid.';
const UNDO =
  'Waren Sie es, ignorieren Sie diese Nachricht. Wenn nicht, machen Sie es rückgängig: Was kürzlich hinzukam, wird entfernt, das Passwort endet, alle werden abgemeldet, und Sie erhalten eine Nachricht, um ein neues Passwort zu setzen.';
const UNDO_VALIDITY = 'Es geht einmal, innerhalb von 7 Tagen.';
const DISABLED = 'Ihr Webhook-Endpunkt bei <%= it.host %> wurde abgeschaltet';
const ENABLE =
  'PATCH /v1/webhook-endpoints/<%= it.endpointId %> mit {"status":"enabled"}. Was für ihn wartet, wird dann gesendet. Was inzwischen geschah, steht unter GET /v1/events.';
const disabled = (why: string) =>
  `Ihr Webhook-Endpunkt <%= it.endpointId %> bei <%= it.host %> wurde abgeschaltet, weil ${why}. Er erhält keine Ereignisse mehr.`;

export const german: Words = {
  greeting: 'Hallo<%= it.name ? " " + it.name : "" %>,',
  link: 'Öffnen Sie diesen Link',
  token: 'Ihr Code',
  total: 'Summe',
  refunded: 'Erstattet',
  discount: 'Rabatt',
  tax: 'MwSt. <%= it.rate %> %',
  includedTax: 'Enthaltene MwSt. <%= it.rate %> %',
  carrier: 'Versand mit',
  trackingNumber: 'Sendungsnummer',
  mails: {
    welcome: {
      subject: 'Willkommen bei Till',
      before: [
        'Willkommen. Ihr Konto ist bereit. Sie können sich mit Ihrer E-Mail-Adresse und dem Passwort anmelden, das Sie gewählt haben.',
      ],
    },
    order_confirmed: {
      subject: 'Ihre Bestellung <%= it.number %> ist bestätigt',
      before: ['Vielen Dank. Ihre Bestellung <%= it.number %> ist bestätigt.'],
    },
    order_shipped: {
      subject: 'Ihre Bestellung <%= it.number %> ist unterwegs',
      before: ['Wir haben diese Artikel Ihrer Bestellung <%= it.number %> versandt.'],
    },
    refund_succeeded: {
      subject: 'Ihre Erstattung zur Bestellung <%= it.number %>',
      before: [
        'Wir haben Geld zu Ihrer Bestellung <%= it.number %> erstattet. Bis Ihre Bank es zeigt, kann es einige Tage dauern.',
      ],
    },
    payment_failed: {
      subject: 'Die Zahlung Ihrer Bestellung <%= it.number %> ist fehlgeschlagen',
      before: [
        'Eine Zahlung Ihrer Bestellung <%= it.number %> ist fehlgeschlagen; es wurde nichts abgebucht. Zahlen Sie auf andere Weise, oder versuchen Sie es noch einmal.',
      ],
    },
    dispute_opened: {
      subject: 'Eine Zahlung der Bestellung <%= it.number %> wird bestritten',
      before: [
        'Ein Kunde bestreitet eine Zahlung der Bestellung <%= it.number %> (<%= it.disputeId %>, bei <%= it.provider %>). Reichen Sie Ihre Belege rechtzeitig beim Zahlungsdienst ein.',
      ],
    },
    dispute_closed: {
      subject: 'Der Einspruch zur Bestellung <%= it.number %> ist entschieden: <%= it.status %>',
      before: [
        'Der Einspruch <%= it.disputeId %> gegen eine Zahlung der Bestellung <%= it.number %> ist entschieden: <%= it.status %>.',
      ],
    },
    password_reset: {
      subject: 'Neues Passwort setzen',
      before: [`Jemand, vermutlich Sie, möchte ein neues Passwort für Ihr Konto setzen. ${IGNORE}`],
      after: ['Es geht einmal, innerhalb von 30 Minuten.'],
    },
    invitation: {
      subject: 'Ihr Konto ist bereit',
      before: ['Für Sie wurde ein Konto angelegt. Setzen Sie Ihr Passwort, um sich anzumelden.'],
      after: ['Es geht einmal, innerhalb von 7 Tagen.'],
    },
    email_verification: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      before: [
        'Bestätigen Sie, dass dies die E-Mail-Adresse Ihres Kontos ist. Haben Sie hier kein Konto, ignorieren Sie diese Nachricht.',
      ],
      after: ['Es geht einmal, innerhalb von 24 Stunden.'],
    },
    repeated_registration: {
      subject: 'Sie haben bereits ein Konto',
      before: [
        `Jemand, vermutlich Sie, hat sich mit dieser E-Mail-Adresse registriert, die bereits ein Konto hat: Melden Sie sich damit an, oder setzen Sie hier ein neues Passwort. ${IGNORE}`,
      ],
      after: ['Es geht einmal, innerhalb von 30 Minuten.'],
    },
    email_change: {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      before: [
        `Jemand, vermutlich Sie, möchte diese E-Mail-Adresse für ein Konto verwenden. Bestätigen Sie sie, dann hat das Konto sie. ${IGNORE}`,
      ],
      after: ['Es geht einmal, innerhalb von 24 Stunden.'],
    },
    email_change_undo: {
      subject: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
      before: [
        'Ihr Konto hat jetzt eine andere E-Mail-Adresse. Waren Sie es, ignorieren Sie diese Nachricht. Wenn nicht, holen Sie das Konto zurück: Diese Adresse gilt dann wieder, das Passwort endet, alle werden abgemeldet, und Sie erhalten eine Nachricht, um ein neues Passwort zu setzen.',
      ],
      after: ['Es geht einmal, innerhalb von 7 Tagen nach der Änderung.'],
    },
    email_changed: {
      subject: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
      before: ['Ihr Konto hat jetzt eine andere E-Mail-Adresse. Ist das falsch, geben Sie uns Bescheid.'],
    },
    password_changed: {
      subject: 'Ihr Passwort wurde geändert',
      before: [`Ihr Konto hat ein neues Passwort, und alle wurden abgemeldet. ${NOT_YOU}`],
    },
    second_factor_added: {
      subject: 'Ihr Konto hat einen weiteren Weg zur Anmeldung',
      before: ['Ihr Konto hat einen neuen zweiten Faktor oder neue Wiederherstellungscodes.', UNDO],
      after: [UNDO_VALIDITY],
    },
    second_factor_removed: {
      subject: 'Ein Weg zur Anmeldung wurde von Ihrem Konto entfernt',
      before: [`Ein zweiter Faktor Ihres Kontos wurde entfernt. ${NOT_YOU}`],
    },
    passkey_added: {
      subject: 'Ihr Konto hat einen neuen Passkey',
      before: ['Wer den neuen Passkey hat, kann sich damit bei Ihrem Konto anmelden.', UNDO],
      after: [UNDO_VALIDITY],
    },
    passkey_removed: {
      subject: 'Ein Passkey wurde von Ihrem Konto entfernt',
      before: [`Ein Passkey ist kein Weg mehr, sich bei Ihrem Konto anzumelden. ${NOT_YOU}`],
    },
    identity_linked: {
      subject: 'Ihr Konto hat einen weiteren Weg zur Anmeldung',
      before: [
        'Ihr Konto wurde mit einem Konto bei einem Identitätsdienst verbunden; wer jenes hat, kann sich bei Ihrem anmelden.',
        UNDO,
      ],
      after: [UNDO_VALIDITY],
    },
    identity_unlinked: {
      subject: 'Ein Weg zur Anmeldung wurde von Ihrem Konto entfernt',
      before: [`Ein Konto bei einem Identitätsdienst ist kein Weg mehr, sich bei Ihrem anzumelden. ${NOT_YOU}`],
    },
    endpoint_gone: {
      subject: DISABLED,
      before: [disabled('er mit 410 (Gone) antwortete'), `Wenn er wieder arbeitet, schalten Sie ihn ein: ${ENABLE}`],
    },
    endpoint_failing: {
      subject: DISABLED,
      before: [
        disabled('alle Versuche der letzten fünf Tage fehlschlugen'),
        `Wenn er wieder arbeitet, schalten Sie ihn ein: ${ENABLE}`,
      ],
    },
    endpoint_not_permitted: {
      subject: DISABLED,
      before: [
        disabled('Ihr Konto, dem er gehört, keine Ereignisse mehr lesen darf'),
        `Wer Ereignisse lesen darf, kann ihn übernehmen: ${ENABLE}`,
      ],
    },
  },
};
