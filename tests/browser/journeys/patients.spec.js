// A drop with scans of two people: asked about, listed apart, never mixed; scripts are not asked.
import { series as makeSeries } from "../support/dicom.js";
import { expect, test } from "../support/test.js";
import { open, seriesOf } from "../support/viewer.js";

const jane = (count) => makeSeries({
  prefix: "A", count, uid: "1.2.826.0.1.3680043.9.9999.81",
  text: { name: "Doe^Jane", id: "J1", birthDate: "19700102", series: "Jaw of Jane" },
});
const richard = (count) => makeSeries({
  prefix: "B", count, uid: "1.2.826.0.1.3680043.9.9999.82",
  text: { name: "Roe^Richard", id: "R1", series: "Jaw of Richard" },
});

test("a drop of two people asks whose scans to show", async ({ page, site }) => {
  await open(page, site);
  await page.getByTestId("file-input").setInputFiles([...richard(20).files, ...jane(40).files]);
  const question = page.getByTestId("patients");
  await expect(question).toBeVisible();
  for (const fact of ["Doe, Jane", "J1", "1970-01-02", "40 images", "Roe, Richard", "R1", "20 images"]) {
    await expect(question).toContainText(fact);
  }

  await question.getByRole("button", { name: /Roe, Richard/ }).click();
  await expect(question).toBeHidden();
  const list = page.getByTestId("series-list");
  await expect(list).toContainText("Jaw of Richard");
  await expect(list).not.toContainText("Jaw of Jane");

  await page.getByTestId("other-patient").click();
  await question.getByRole("button", { name: /Doe, Jane/ }).click();
  await expect(list).toContainText("Jaw of Jane");
  await expect(list).not.toContainText("Jaw of Richard");
});

test("a script is not asked: all series, patient by patient, and the first one's on screen", async ({ page, site }) => {
  await open(page, site);
  const files = [...richard(3).files, ...jane(5).files].map(({ name, buffer }) => ({ name, bytes: [...buffer] }));
  const listed = await page.evaluate(
    (list) => window.cuspid.openFiles(list.map(({ name, bytes }) => new File([new Uint8Array(bytes)], name))),
    files,
  );
  expect(listed.map(({ description, patient, dims }) => [description, patient, dims[2]])).toEqual([
    ["Jaw of Jane", 0, 5], ["Jaw of Richard", 1, 3],
  ]);
  await expect(page.getByTestId("patients")).toBeHidden();
  await page.evaluate((id) => window.cuspid.show(id), listed[1].id);
  expect(await seriesOf(page, 2)).toHaveLength(2);
  await expect(page.getByTestId("series-list")).toContainText("Jaw of Richard");
  await expect(page.getByTestId("series-list")).not.toContainText("Jaw of Jane");
});
