// Saving, the list of scans, sharing, links, deleting, the audit log.
import path from "node:path";
import { person, signUp } from "../support/account.js";
import { series } from "../support/dicom.js";
import { go, toSignUp } from "../support/pages.js";
import { phantom, testData } from "../support/programs.js";
import { save, share } from "../support/sharing.js";
import { open, openFiles, openFolder, ready } from "../support/viewer.js";

/** Small scans of invented people, so that the list has something to show. */
const PEOPLE = [
  { name: "Oliveira^Ana Maria", id: "P-1027", birthDate: "19720314" },
  { name: "Wolfeschlegelsteinhausenbergerdorff^Hubert", id: "2024-000017", birthDate: "19380704" },
  { name: "Brandt^Emil", id: "31", birthDate: "20110922" },
];

async function manyScans(page) {
  for (const [n, text] of PEOPLE.entries()) {
    await openFiles(page, series({ prefix: `scan${n}/`, uid: `1.2.826.0.1.3680043.9.9999.7.${n}`, text }).files);
    await save(page);
  }
}

export default async function keeping({ site, phone, visitor, look }) {
  const page = await visitor();
  await open(page, site);
  await toSignUp(page);
  await signUp(page, person("dr.oliveira"));
  await go(page, "/scans");
  await page.locator(".empty.card").waitFor();
  await look(page, "scans-empty");
  await go(page, "/links");
  await page.locator("[data-testid=share-list] .empty.card, [data-testid=share-list] .card").first().waitFor();
  await look(page, "links-empty");

  await go(page, "/");
  await openFolder(page, phantom(200));
  site.gate.onRequest = ({ method }) => (method === "PUT" ? "drop" : undefined);
  await page.getByTestId("save-scan").click();
  await page.getByTestId("saving-status").waitFor();
  await look(page, "save-begun");
  await page.getByText("goes on by itself").waitFor({ timeout: 60_000 });
  await look(page, "save-waiting");
  site.gate.onRequest = null;
  await page.getByText("Saved", { exact: true }).first().waitFor({ timeout: 120_000 });
  await look(page, "saved");

  await page.getByTestId("share-scan").click();
  await page.getByTestId("share-create").waitFor();
  await look(page, "share");
  await page.getByTestId("share-expiry").selectOption("date");
  await page.getByTestId("share-include-identity").check();
  await look(page, "share-date");
  await page.getByTestId("share-create").click();
  await page.getByTestId("error").waitFor();
  await look(page, "share-no-date");
  await page.getByTestId("share-expiry").selectOption("24");
  await page.getByTestId("share-note").fill("Dr. Brandt, implant 36");
  await page.getByTestId("share-create").click();
  await page.getByTestId("share-link").waitFor({ timeout: 60_000 });
  await look(page, "share-made");
  await page.keyboard.press("Escape");
  await page.getByTestId("share-link").waitFor({ state: "hidden" });
  const second = await share(page, { password: "Pelican-tundra-44", opens: 3, note: "for the lab" });

  await manyScans(page);
  const data = testData();
  if (data) {
    await openFolder(page, path.join(data, "series/phantom-missing-slice"));
    await save(page);
    await look(page, "saved-with-gap");
  }
  await go(page, "/scans");
  await page.getByTestId("scan-open").nth(3).waitFor();
  await look(page, "scans");
  await page.getByRole("searchbox").fill("brandt");
  await look(page, "scans-found");
  await page.getByRole("searchbox").fill("nobody of this name");
  await look(page, "scans-none-found");
  await page.getByRole("searchbox").fill("");
  await page.getByTestId("scan-delete").first().click();
  await page.locator("dialog[open]").waitFor();
  await look(page, "delete");
  await page.keyboard.press("Escape");

  const other = await visitor();
  await other.goto(second);
  await ready(other);
  await other.getByTestId("shared-password").fill("Pelican-tundra-44");
  await other.getByTestId("shared-open").click();
  await other.getByTestId("shared-badge").waitFor({ timeout: 60_000 });
  await go(page, "/links");
  await page.getByTestId("share-revoke").nth(1).waitFor();
  await page.locator("details summary").first().click().catch(() => {});
  await look(page, "links");
  await page.getByTestId("share-revoke").first().click();
  await page.getByText("Revoked", { exact: true }).waitFor();
  await look(page, "links-revoked");
  await go(page, "/audit");
  await page.locator("[data-action]").first().waitFor();
  await look(page, "audit", { fullPage: phone });
}
