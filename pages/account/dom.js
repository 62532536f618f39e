/** What the parts of the page share: elements, messages and focus. Text from elsewhere becomes text, and never markup. */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no ${id}.`);
  return found;
}
/** @param {string} id */
export const inputOf = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {string} id */
export const formOf = (id) => /** @type {HTMLFormElement} */ (byId(id));
/** @param {string} id */
export const dialogOf = (id) => /** @type {HTMLDialogElement} */ (byId(id));

/**
 * Makes an element. Children that are texts become text nodes.
 * @param {string} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {...(Node | string)} children
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/**
 * Makes a button. `about` says to which of many things it belongs, for people who do not see beside what it stands.
 * @param {string} text @param {string} about @param {() => Promise<void>} work
 */
export function button(text, about, work) {
  const made = element('button', { type: 'button', 'aria-label': `${text}: ${about}` }, text);
  onPress(made, work);
  return made;
}

/** A moment of the api, as people of this place write it. @param {string | null} iso */
export function moment(iso) {
  return iso === null ? 'never' : element('time', { datetime: iso }, new Date(iso).toLocaleString());
}

/** @param {string} id @param {boolean} isShown */
export function show(id, isShown) {
  byId(id).hidden = !isShown;
}

/** Tells what happened, also people who do not see it. @param {string} text */
export function say(text) {
  byId('trouble').textContent = '';
  byId('news').textContent = text;
}

/** Tells what went wrong. An open dialog hides the rest of the page, so it has a place of its own. @param {string} text */
export function complain(text) {
  byId('news').textContent = '';
  byId(dialogOf('again').open ? 'again-trouble' : 'trouble').textContent = text;
}

/** @param {string} id */
export function focus(id) {
  byId(id).focus();
}

/** Runs the work of a button, once at a time. @param {HTMLElement} pressed @param {() => Promise<void>} work */
export function onPress(pressed, work) {
  pressed.addEventListener('click', () => void once(pressed, work));
}

/**
 * Runs the work of a form with its fields, once at a time. What the api says about a field stands beside it.
 * @param {string} id @param {(fields: Record<string, string>) => Promise<void>} work
 */
export function onSubmit(id, work) {
  const form = formOf(id);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    unmark(form);
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    void once(form, () => work(fields));
  });
}

/** @type {(error: unknown, form?: HTMLFormElement) => void} */
let report = () => {};
/** Says who tells people about failures. @param {typeof report} how */
export function onFailure(how) {
  report = how;
}

/** @param {HTMLElement} owner @param {() => Promise<void>} work */
async function once(owner, work) {
  if (owner.getAttribute('aria-busy') === 'true') return;
  owner.setAttribute('aria-busy', 'true');
  // The same text again would not be read out.
  say('');
  try {
    await work();
  } catch (error) {
    report(error, owner instanceof HTMLFormElement ? owner : undefined);
  } finally {
    owner.removeAttribute('aria-busy');
  }
}

/**
 * Marks the field of a form that the api refused, and moves the focus there. Returns whether the form has such a field.
 * @param {HTMLFormElement} form @param {string} name @param {string} message
 */
export function mark(form, name, message) {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) return false;
  const id = `${field.id}-wrong`;
  field.after(element('p', { id, class: 'wrong' }, message));
  field.setAttribute('aria-invalid', 'true');
  field.dataset['described'] = field.getAttribute('aria-describedby') ?? '';
  field.setAttribute('aria-describedby', `${id} ${field.dataset['described']}`.trim());
  field.focus();
  return true;
}

/** @param {HTMLFormElement} form */
function unmark(form) {
  for (const field of form.querySelectorAll('input[aria-invalid]')) {
    byId(`${field.id}-wrong`).remove();
    field.removeAttribute('aria-invalid');
    const described = /** @type {HTMLInputElement} */ (field).dataset['described'];
    if (described) field.setAttribute('aria-describedby', described);
    else field.removeAttribute('aria-describedby');
  }
}
