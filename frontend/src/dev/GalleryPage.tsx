export function GalleryPage() {
  return <h1 className="title">Gallery</h1>
}
