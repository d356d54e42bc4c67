// Signing up with the recovery key, signing in, recovering, a session that ended.
import { person } from "../support/account.js";
import { open } from "../support/viewer.js";

export default async function account({ site, phone, visitor, look }) {
  const page = await visitor();
  const { email, password } = person("dr.ana-maria.oliveira-fernandes");
  const form = page.locator("form");
  await open(page, site, "/sign-up");
  await look(page, "sign-up");
  await page.getByTestId("email").fill(email);
  await page.getByTestId("password").fill("dentist1");
  await page.locator(".strength[data-score]").waitFor();
  await page.waitForFunction(() => Number(document.querySelector(".strength").dataset.score) <= 2);
  await form.getByTestId("sign-up").click();
  await page.getByTestId("error").waitFor();
  await look(page, "sign-up-weak");
  await page.getByTestId("password").fill(password);
  await page.waitForFunction(() => Number(document.querySelector(".strength").dataset.score) >= 3);
  await look(page, "sign-up-strong");
  await form.getByTestId("sign-up").click();
  await look(page, "sign-up-busy");
  const shown = page.locator("output[data-testid=recovery-key]");
  await shown.waitFor({ timeout: 60_000 });
  const key = await shown.innerText();
  await look(page, "recovery-key", { fullPage: phone });
  await page.locator("main").getByTestId("sign-up").click();
  await page.locator("input[data-testid=recovery-key]").fill("AAAA-BBBB");
  await form.getByTestId("sign-up").click();
  await page.getByTestId("error").waitFor();
  await look(page, "typed-back-wrong");
  await page.locator("input[data-testid=recovery-key]").fill(key);
  await look(page, "typed-back");
  await form.getByTestId("sign-up").click();
  await page.getByTestId("sign-out").waitFor({ state: "attached", timeout: 60_000 });
  await look(page, "signed-in");
  if (phone) {
    await page.locator(".top-bar-more-button").click();
    await look(page, "signed-in-menu");
  }

  await open(page, site, "/scans");
  await page.getByTestId("password").waitFor();
  await look(page, "locked");
  await open(page, site);
  if (phone) await page.locator(".top-bar-more-button").click();
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.locator("dialog[open]").waitFor();
  await look(page, "unlock-dialog");
  await page.context().clearCookies();
  await open(page, site, "/links");
  await page.getByTestId("email").waitFor();
  await look(page, "session-ended");

  await open(page, site, "/sign-in");
  await look(page, "sign-in");
  await page.getByTestId("email").fill(email);
  await page.getByTestId("password").fill("not my password 7");
  await form.getByTestId("sign-in").click();
  await page.getByTestId("error").waitFor({ timeout: 60_000 });
  await look(page, "sign-in-wrong");
  await open(page, site, "/recover");
  await look(page, "recover");
  await page.getByTestId("email").fill(email);
  await page.getByTestId("recovery-key").fill("NOT A KEY");
  await page.getByTestId("password").fill(password);
  await form.locator("button[type=submit]").click();
  await page.getByTestId("error").waitFor({ timeout: 60_000 });
  await look(page, "recover-wrong");
}
