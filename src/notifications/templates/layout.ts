/** The one layout of all mails, as text. A part is a paragraph; a row is what and how much. */
export const TEXT_LAYOUT = `<%= it.greeting %>

<% for (const part of it.before) { %><%= part %>

<% } %><% if (it.action) { %><%= it.action.label %>: <%= it.action.value %>

<% } %><% for (const rows of it.tables) { %><% for (const row of rows) { %><%= row.what %>: <%= row.price %>
<% } %>
<% } %><% for (const part of it.after) { %><%= part %>

<% } %>`;

/** The same as HTML that looks alike in every mail program. Parts are HTML already: their words are escaped where they were put in. */
export const HTML_LAYOUT =
  `<!doctype html><html lang="<%= it.language %>"><body style="font-family:sans-serif;line-height:1.5"><p><%= it.greeting %></p>` +
  `<% for (const part of it.before) { %><p><%~ part %></p><% } %>` +
  `<% if (it.action && it.action.isLink) { %><p><a href="<%= it.action.value %>"><%= it.subject %></a></p><% } %>` +
  `<% if (it.action && !it.action.isLink) { %><p><%= it.action.label %>: <code><%= it.action.value %></code></p><% } %>` +
  `<% if (it.tables.length > 0) { %><table><% for (const rows of it.tables) { for (const row of rows) { %>` +
  `<tr><td><% if (row.isTotal) { %><b><%= row.what %></b><% } else { %><%= row.what %><% } %></td>` +
  `<td align="right"><% if (row.isTotal) { %><b><%= row.price %></b><% } else { %><%= row.price %><% } %></td></tr>` +
  `<% } } %></table><% } %>` +
  `<% for (const part of it.after) { %><p><%~ part %></p><% } %></body></html>\n`;
