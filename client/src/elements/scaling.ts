/** Photos that are larger than the server accepts, made smaller in the browser. */

export interface Bounds {
  readonly bytes: number;
  readonly pixels: number;
}

const QUALITIES = [0.9, 0.8, 0.65];

async function encoded(bitmap: ImageBitmap, scale: number, quality: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(bitmap.width * scale));
  canvas.height = Math.max(1, Math.floor(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) return null;
  // JPEG has no transparency.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

/** Return the picture as it can be sent: as it is, if it fits; null if the browser cannot make it fit. */
export async function fitting(
  file: File,
  { bytes, pixels }: Bounds,
  isAccepted: boolean,
): Promise<File | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return isAccepted && file.size <= bytes ? file : null;
  try {
    const area = bitmap.width * bitmap.height;
    if (isAccepted && area <= pixels && file.size <= bytes) return file;
    let scale = Math.min(1, Math.sqrt(pixels / area));
    for (let attempt = 0; attempt < 4; attempt += 1, scale *= 0.6)
      for (const quality of QUALITIES) {
        const blob = await encoded(bitmap, scale, quality);
        if (blob && blob.size <= bytes)
          return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
      }
    return null;
  } finally {
    bitmap.close();
  }
}
