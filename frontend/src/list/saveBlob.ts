/** Gives bytes to the browser to save under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  Object.assign(document.createElement('a'), { href: address, download: name }).click()
  window.setTimeout(() => URL.revokeObjectURL(address), 1000)
}
