// The workbench as a person uses it: through what is on the screen.

/**
 * Runs a command from the Command Palette by the words it shows there. The palette lists what is enabled when it opens;
 * in a window that has just opened that is not all yet, so it is opened again.
 */
export async function runCommand(page, title, { byKeys = false } = {}) {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (let attempt = 1; attempt <= 8; attempt++) {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').first().fill(`>${title}`);
    const isListed = await row.waitFor({ timeout: 4000 }).then(
      () => true,
      () => false,
    );
    if (isListed) return byKeys ? page.keyboard.press('Enter') : row.click();
    await page.keyboard.press('Escape');
  }
  throw new Error(`The Command Palette does not list ${title}.`);
}

/** Takes the first row of the quick pick that holds the text. */
export async function quickPick(page, text) {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
}

/** Opens a file of the workspace by name. */
export async function openFile(page, name) {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').first().fill(name);
  await quickPick(page, name);
  await page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
}

/** The extension's icon in the activity bar, with the number that may lie on it. */
function containerIcon(page) {
  const label = page.locator('a.action-label[aria-label^="Cilium Bench"]');
  return page.locator('.activitybar .action-item', { has: label });
}

export async function openContainer(page) {
  await containerIcon(page).click();
}

export function treeRow(page, text) {
  return page.locator('.sidebar .pane-body .monaco-list-row', { hasText: text }).first();
}

/** The page inside the newest webview: two frames deep. */
export function webview(page) {
  return page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
}

/** How many different colours a canvas holds, counted on its own pixels: one means that nothing was drawn. */
export function coloursOf(canvas) {
  return canvas.evaluate((node) => {
    const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) {
      seen.add((data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3]);
    }
    return seen.size;
  });
}

/** The rows of the Problems view that hold the text. */
export function problemRows(page, text) {
  return page.locator('.markers-panel .monaco-list-row', { hasText: text });
}

/** Asks until it holds; fails after `timeoutMs` with what was waited for. */
export async function until(what, holds, timeoutMs) {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The number on the extension's icon in the activity bar. */
export function badge(page) {
  return containerIcon(page).locator('.badge-content');
}

/** Puts the keyboard on the first row of a view, by keys alone. */
export async function focusFirstRow(page, view) {
  await runCommand(page, `Focus on ${view} View`, { byKeys: true });
  const pane = page.locator('.pane', { has: page.locator('.pane-header', { hasText: view }) });
  // Keys that come before would go elsewhere.
  await pane.locator('.monaco-list:focus').waitFor();
  const first = pane.locator('.monaco-list-row[data-index="0"].focused');
  await pressUntil(
    'the first row to have the keyboard',
    () => page.keyboard.press('Home'),
    () => first.isVisible(),
  );
}

/**
 * Takes an entry of a row's menu, by keys alone; `focusRow` puts the keyboard on the row. A tree that is drawn anew takes the
 * keyboard from an open menu, and people open it again.
 */
export async function menuByKeys(page, entry, focusRow) {
  const menu = page.locator('.monaco-menu');
  const entries = menu.locator('.action-item');
  const wanted = entries.filter({ has: page.getByText(entry, { exact: true }) });
  const isFocused = async () => (await wanted.evaluateAll(([node]) => node?.className))?.includes('focused');
  for (let attempt = 1; attempt <= 4; attempt++) {
    if ((await menu.count()) > 0) await page.keyboard.press('Escape');
    await focusRow();
    await page.keyboard.press('Shift+F10');
    const isOpen = await wanted.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    // Twice around: the menu may not have the keyboard yet when the first key comes.
    for (let left = isOpen ? 2 * (await entries.count()) : 0; left > 0; left--) {
      await page.keyboard.press('ArrowDown');
      await page.waitForTimeout(100);
      if (await isFocused()) return page.keyboard.press('Enter');
    }
  }
  throw new Error(`The keyboard does not come to ${entry} in the menu.`);
}

/** Does something until it shows: a click or a key that comes while a tree is drawn anew is lost, and people do it again. */
export async function pressUntil(what, press, shows, timeoutMs = 30_000) {
  await until(
    what,
    async () => {
      await press();
      for (let waited = 0; waited < 2_000; waited += 100) {
        if (await shows()) return true;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return false;
    },
    timeoutMs,
  );
}

/** Unfolds a row of a tree. */
export async function openRow(page, text) {
  const row = treeRow(page, text);
  const isOpen = async () => (await row.getAttribute('aria-expanded')) === 'true';
  await pressUntil(`${text} to be unfolded`, async () => (await isOpen()) || row.click(), isOpen);
}

/** Adds a row of a tree to those that are selected. */
export async function selectRow(page, text) {
  const row = treeRow(page, text);
  const isSelected = async () => (await row.getAttribute('aria-selected')) === 'true';
  await pressUntil(
    `${text} to be selected`,
    async () => (await isSelected()) || row.click({ modifiers: ['Control'] }),
    isSelected,
  );
}

/** Takes an entry of a row's menu. In a window that has just opened nothing is enabled yet, so it is opened again. */
export async function menuByMouse(page, text, entry) {
  const row = treeRow(page, text);
  const wanted = page
    .locator('.monaco-menu .action-item:not(.disabled)')
    .filter({ has: page.getByText(entry, { exact: true }) });
  await row.waitFor();
  await pressUntil(
    `${entry} of ${text}`,
    async () => {
      if ((await page.locator('.monaco-menu').count()) > 0) await page.keyboard.press('Escape');
      await row.click({ button: 'right' });
    },
    async () => (await row.getAttribute('class')).includes('focused') && wanted.isVisible(),
  );
  // A click right after the menu has opened is taken for the end of the one that opened it.
  await pressUntil(
    `${entry} to be taken`,
    async () => (await wanted.isVisible()) && wanted.click(),
    async () => !(await wanted.isVisible()),
  );
}

/** A view of a container, by the words of its header. */
export function view(page, title) {
  return page.locator('.pane', { has: page.locator('.pane-header', { hasText: title }) });
}

/** Unfolds a view that is folded. */
export async function unfold(page, title) {
  const header = view(page, title).locator('.pane-header');
  if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
}

/** Types into the input box of this title, in place of what it holds. */
export async function typeInto(page, title, text) {
  const box = page.locator('.quick-input-widget:visible', {
    has: page.locator('.quick-input-title', { hasText: title }),
  });
  await box.locator('input:focus').waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  if (text === '') await page.keyboard.press('Delete');
  await page.keyboard.press('Enter');
  await box.waitFor({ state: 'hidden' });
}

/** Counts from now on how often the person presses a button of the mouse. */
export async function countClicks(page) {
  const pressed = await page.locator('body').evaluateHandle((body) => {
    const seen = { count: 0 };
    body.ownerDocument.addEventListener('pointerdown', () => (seen.count += 1), { capture: true });
    return seen;
  });
  return () => pressed.evaluate(({ count }) => count);
}

/** Opens the panel of a run from its row in the tree, and waits until it has drawn. */
export async function openPanel(page, run) {
  await pressUntil(
    'the panel to open',
    () => treeRow(page, run).click(),
    () => page.locator('iframe.webview.ready').last().isVisible(),
  );
  await drawnPanel(page);
}

/** Waits until the newest panel has drawn its first chart. */
export async function drawnPanel(page) {
  const canvas = webview(page).locator('canvas').first();
  await canvas.waitFor({ timeout: 60_000 });
  // A background and one bar are two.
  await until('a drawn chart', async () => (await coloursOf(canvas)) >= 3, 20_000);
}
