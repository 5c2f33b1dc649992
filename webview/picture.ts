/** Puts a picture on the clipboard; where the page may not, it is handed on to be saved as a file. */

/** `Copied`, or `Saving` where the other way is taken. */
export async function takePicture(picture: Blob, save: (base64: string) => void): Promise<string> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    return 'Copied';
  } catch {
    // No clipboard for pictures here, or the page has not the focus.
    save(await base64Of(picture));
    return 'Saving';
  }
}

async function base64Of(picture: Blob): Promise<string> {
  const bytes = new Uint8Array(await picture.arrayBuffer());
  let text = '';
  // In pieces: so many arguments at once a call does not take.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
