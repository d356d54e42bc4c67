// Saving, sharing and opening a link, as a person does it.
import { expect } from "@playwright/test";
import { ready, watch } from "./viewer.js";

/** Presses Save and waits until the scan is saved. */
export async function save(page) {
  const button = page.getByTestId("save-scan");
  await expect(button).toBeEnabled({ timeout: 60_000 });
  await button.click();
  await saved(page);
}

/** Waits until the button says that the scan is saved. */
export async function saved(page) {
  await expect(page.getByTestId("save-scan")).toContainText("Saved", { timeout: 180_000 });
}

/** Makes a link to the scan on screen; its URL with the secret. */
export async function share(page, { hours, password, identity = false, opens, note } = {}) {
  await page.getByTestId("share-scan").click();
  if (hours) await page.getByTestId("share-expiry").selectOption(String(hours));
  if (password) await page.getByTestId("share-password").fill(password);
  if (identity) await page.getByTestId("share-include-identity").check();
  if (opens) await page.getByTestId("share-max-opens").fill(String(opens));
  if (note) await page.getByTestId("share-note").fill(note);
  await page.getByTestId("share-create").click();
  const link = page.getByTestId("share-link");
  await expect(link).toBeVisible({ timeout: 180_000 });
  const url = (await link.innerText()).trim();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(link).toBeHidden();
  return url;
}

/** Opens a link in a browser of its own, which has no account. */
export async function recipient(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = await watch(page);
  await page.goto(url);
  await ready(page);
  return { context, page, seen };
}

/** The parts of a link: the share's id and the secret of its fragment. */
export function linkParts(url) {
  const { pathname, hash } = new URL(url);
  return { id: pathname.split("/").pop(), secret: hash.replace(/^#v1\./, "") };
}
