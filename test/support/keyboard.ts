import type { Page } from 'puppeteer-core';

/** A page has no more places for the focus than this. */
const MANY = 120;

/** What the focus is on: its name for people who do not see it, and whether the others see where it is. */
const FOCUSED = `(() => {
  const it = document.activeElement;
  const label = it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  return { name: label.trim().replace(/\\s+/g, ' '), id: it.id, isVisible: outlineStyle !== 'none' && outlineWidth !== '0px' };
})()`;

interface Focused {
  readonly name: string;
  readonly id: string;
  readonly isVisible: boolean;
}

/** A person with a keyboard and without a mouse. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  focused(): Promise<Focused> {
    return this.page.evaluate(FOCUSED) as Promise<Focused>;
  }

  /** Goes on with the Tab key until the focus is on what has this name. @throws Error if nothing has it, or the focus is not to be seen */
  async reach(name: string): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < MANY; step += 1) {
      await this.page.keyboard.press('Tab');
      const focused = await this.focused();
      if (focused.name.startsWith(name)) {
        if (!focused.isVisible) throw new Error(`Nobody sees that the focus is on ${name}.`);
        return;
      }
      passed.push(focused.name.slice(0, 40));
    }
    throw new Error(`No ${name} among ${[...new Set(passed)].join(', ')}.`);
  }

  /** Types into the field with this label, in place of what is there. */
  async fill(label: string, text: string): Promise<void> {
    await this.reach(label);
    await this.type(text);
  }

  /** Types into the field that has the focus, in place of what is there. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('a');
    await this.page.keyboard.up('Control');
    await this.page.keyboard.type(text);
  }

  async press(name: string): Promise<void> {
    await this.reach(name);
    await this.enter();
  }

  enter = () => this.page.keyboard.press('Enter');
  space = () => this.page.keyboard.press('Space');

  /** Waits until the page tells this. */
  async hears(text: string): Promise<void> {
    const spoken = `[...document.querySelectorAll('[role=status], [role=alert]')].map((it) => it.textContent.trim()).filter(Boolean)`;
    await this.page
      .waitForFunction(`${spoken}.some((it) => it.includes(${JSON.stringify(text)}))`, { timeout: 10_000 })
      .catch(async () => {
        throw new Error(`The page does not tell "${text}" but ${JSON.stringify(await this.page.evaluate(spoken))}.`);
      });
  }
}
