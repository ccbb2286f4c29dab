// geotiff.js: every level of each file as it decodes it, and what is said of the pixels, as JSON.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fromFile } from "geotiff";

async function levelOf(image) {
  const [pixels] = await image.readRasters({ samples: [0] });
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return [image.getHeight(), image.getWidth(), createHash("sha256").update(bytes).digest("hex")];
}

async function factsOf(path) {
  const tiff = await fromFile(path);
  const levels = [];
  for (let k = 0; k < (await tiff.getImageCount()); k += 1) {
    levels.push(await levelOf(await tiff.getImage(k)));
  }
  const image = await tiff.getImage(0);
  const band = (await image.getGDALMetadata(0)) ?? {};
  const file = (await image.getGDALMetadata()) ?? {};
  await tiff.close();
  return {
    levels,
    nodata: image.getGDALNoData(),
    scale: Number(band.SCALE ?? 1),
    offset: Number(band.OFFSET ?? 0),
    unit: band.UNITTYPE ?? "",
    overviews: file.OVR_RESAMPLING_ALG ?? null,
    crs: String(image.getGeoKeys().ProjectedCSTypeGeoKey),
  };
}

const files = {};
for (const path of JSON.parse(readFileSync(0, "utf8"))) {
  files[path] = await factsOf(path);
}
process.stdout.write(JSON.stringify({ files }));
