/** Files that the user chooses: their type and size are checked, and photos that are too large are scaled down. */

import type { DraftFile } from "../index.js";
import { pageData } from "./library.js";
import type { Parameters } from "./texts.js";

/** Why a file is not taken: a text and its parameters. */
export interface FileProblem {
  readonly name: string;
  readonly key: string;
  readonly parameters?: Parameters;
}

/** The longest side of a photo that was scaled down. */
const SIDE = 2_560;

/** Return the files that can be sent, at most `limit`, and what is wrong with the others. */
export async function readFiles(
  files: readonly File[],
  limit: number,
): Promise<{ drafts: DraftFile[]; problems: FileProblem[] }> {
  const drafts: DraftFile[] = [];
  const problems: FileProblem[] = [];
  for (const file of files) {
    if (drafts.length >= limit) {
      problems.push({ name: file.name, key: "too_many_files" });
      continue;
    }
    const read = await readFile(file);
    if ("key" in read) problems.push(read);
    else drafts.push(read);
  }
  return { drafts, problems };
}

async function readFile(file: File): Promise<DraftFile | FileProblem> {
  const page = pageData();
  const { name } = file;
  const bytes = page?.file_bytes_max ?? Number.POSITIVE_INFINITY;
  const custom = Object.entries(page?.file_types ?? {}).find(([, types]) => types.includes(file.type));
  const isPicture = page ? page.image_types.includes(file.type) : file.type.startsWith("image/");
  if (!isPicture && !custom) return { name, key: "file_type" };
  const sent = isPicture
    ? await scaledDown(file, bytes, page?.image_pixels_max ?? Number.POSITIVE_INFINITY)
    : file;
  if (sent.size > bytes) {
    return { name, key: "file_too_large", parameters: { size: megabytes(bytes) } };
  }
  return { file: sent, type: isPicture ? "image" : (custom?.[0] ?? "image"), title: name };
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(bytes < 1_048_576 ? 2 : 0);
}

/** Return a photo with fewer pixels, if it has too many or is too large; else, and where that fails, the file itself. */
async function scaledDown(file: File, bytes: number, pixels: number): Promise<File> {
  // A drawing would lose its movement.
  if (file.type === "image/gif") return file;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const { width, height } = picture;
  if (file.size <= bytes && width * height <= pixels) {
    picture.close();
    return file;
  }
  const scale = Math.min(1, SIDE / Math.max(width, height), Math.sqrt(pixels / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return blob ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
}
