import type { Browser, Page } from 'playwright-core';

export type OpenedPage = {
  page: Page;
  /** Throws when a script failed, a resource was refused, or something elsewhere was asked for. */
  check(): void;
};

/** The page of a workspace, in a context of its own, once it shows a channel. */
export async function openPage(
  browser: Browser,
  url: string,
  size = { width: 1280, height: 860 },
): Promise<OpenedPage> {
  const problems: string[] = [];
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  // A busy machine is slow, not wrong.
  page.setDefaultTimeout(90_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) problems.push(request.url());
  });
  await page.goto(url);
  await page.getByRole('heading', { name: '# vsphere-prod' }).waitFor();
  return {
    page,
    check() {
      if (problems.length > 0) throw new Error(`the page met problems: ${problems.join('; ')}`);
    },
  };
}

/** Whether anything makes the page wider than its window. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
}
