// Signing up and in, as a person does it.
import { expect } from "@playwright/test";

/** A fresh person; nothing is ever sent to the address. */
export function person(name) {
  return { email: `${name}@clinic.example`, password: "Molar-lantern-Quarry-58-fjord" };
}

/** Signs up through the forms, and answers the recovery key that was shown. */
export async function signUp(page, { email, password }) {
  await page.getByTestId("sign-up").first().click();
  await page.getByTestId("email").fill(email);
  await page.getByTestId("password").fill(password);
  await page.locator("form").getByTestId("sign-up").click();
  const shown = page.locator("output[data-testid=recovery-key]");
  await expect(shown).toBeVisible({ timeout: 60_000 });
  const key = await shown.innerText();
  await page.locator("main").getByTestId("sign-up").click();
  await page.locator("input[data-testid=recovery-key]").fill(key);
  await page.locator("form").getByTestId("sign-up").click();
  await signedIn(page);
  return key;
}

export async function signIn(page, { email, password }) {
  await page.getByTestId("sign-in").first().click();
  await page.getByTestId("email").fill(email);
  await page.getByTestId("password").fill(password);
  await page.locator("form").getByTestId("sign-in").click();
  await signedIn(page);
}

/** On a phone the way out is behind the menu: there, but not shown. */
export async function signedIn(page) {
  await expect(page.getByTestId("sign-out").first()).toBeAttached({ timeout: 60_000 });
}
