/** Why a key of the right form is refused; the text is for its holder. */
export class ApiKeyRefused extends Error {}
