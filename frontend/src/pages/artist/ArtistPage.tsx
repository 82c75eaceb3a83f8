export function ArtistPage() {
  return <h1 className="title">Artist</h1>
}
