// A link's page as its recipient sees it: open, behind a password, dead.
import { person, signUp } from "../support/account.js";
import { series } from "../support/dicom.js";
import { toSignUp } from "../support/pages.js";
import { phantom } from "../support/programs.js";
import { linkParts, save, share } from "../support/sharing.js";
import { open, openFiles, openFolder, ready, seriesOf, show } from "../support/viewer.js";

export default async function links({ site, visitor, look }) {
  const page = await visitor();
  await open(page, site);
  await openFolder(page, phantom(200));
  await toSignUp(page);
  await signUp(page, person("sender"));
  await save(page);
  const plain = await share(page);
  const locked = await share(page, { password: "Pelican-tundra-44", opens: 1 });

  const guest = await visitor();
  await guest.goto(plain);
  await ready(guest);
  const [shared] = await seriesOf(guest);
  await show(guest, shared.id);
  await look(guest, "open");
  await guest.reload();
  await guest.getByRole("heading", { level: 1 }).waitFor();
  await look(guest, "reloaded");

  const asked = await visitor();
  await asked.goto(locked);
  await asked.getByTestId("shared-password").waitFor();
  await look(asked, "password");
  await asked.getByTestId("shared-password").fill("wrong one");
  await asked.getByTestId("shared-open").click();
  await asked.getByTestId("error").waitFor({ timeout: 60_000 });
  await look(asked, "password-wrong");
  await asked.getByTestId("shared-password").fill("Pelican-tundra-44");
  await asked.getByTestId("shared-open").click();
  await asked.getByTestId("shared-badge").waitFor({ timeout: 60_000 });

  const dead = async (url, name) => {
    const late = await visitor();
    await late.goto(url);
    await late.getByTestId("error").waitFor({ timeout: 60_000 });
    await look(late, name);
  };
  await dead(locked, "used-up");
  await dead(plain.slice(0, -9), "incomplete");
  const { id } = linkParts(plain);
  await dead(plain.replace(id, id.replace(/^..../, "aaaa")), "unknown");

  // With the name in it, and then revoked under the recipient's eyes.
  await openFiles(page, series({ text: { name: "Oliveira^Ana Maria", id: "P-1027", birthDate: "19720314" } }).files);
  await save(page);
  const named = await share(page, { identity: true });
  const knows = await visitor();
  await knows.goto(named);
  await knows.getByTestId("shared-badge").waitFor({ timeout: 60_000 });
  const [mine] = await seriesOf(knows);
  await show(knows, mine.id);
  await look(knows, "with-identity");
  await page.goto(`${site.url}/links`);
  await page.getByTestId("password").fill(person("sender").password);
  await page.locator("form").getByTestId("sign-in").click();
  await page.getByTestId("share-revoke").first().click();
  await page.getByText("Revoked", { exact: true }).waitFor();
  await dead(named, "revoked");
}
