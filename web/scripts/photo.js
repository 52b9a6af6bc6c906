// A photo as it leaves the phone: at most 1600 pixels wide or high, and drawn anew, so that where and when it was made is not in it.

export const LARGEST = 15 * 1024 * 1024;
const LARGEST_TO_DRAW = 40 * 1024 * 1024;
const EDGE = 1600;
const QUALITY = 0.82;
const HEIF = new Set(["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif"]);

// {name, type, bytes} of a file somebody chose. Throws a `DOMException` named "too-large" or "no-photo".
// A kind this browser cannot draw (an iPhone's HEIC elsewhere) goes as it is: the server draws it.
export async function asPhoto(file) {
  if (file.size > LARGEST_TO_DRAW) throw new DOMException(file.name, "too-large");
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (picture) return { name: "foto.jpg", type: "image/jpeg", bytes: await (await drawn(picture)).arrayBuffer() };
  if (!(await isHeif(file))) throw new DOMException(file.name, "no-photo");
  if (file.size > LARGEST) throw new DOMException(file.name, "too-large");
  return { name: "foto.heic", type: "image/heic", bytes: await file.arrayBuffer() };
}

async function drawn(picture) {
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(1, Math.round(length * scale)));
  const canvas = "OffscreenCanvas" in self ? new OffscreenCanvas(width, height) : Object.assign(document.createElement("canvas"), { width, height });
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff"; // what was see-through would become black
  paper.fillRect(0, 0, width, height);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, width, height);
  picture.close();
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

// By what stands in it, not by what it is called.
async function isHeif(file) {
  const head = new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer());
  return head.startsWith("ftyp") && HEIF.has(head.slice(4));
}
