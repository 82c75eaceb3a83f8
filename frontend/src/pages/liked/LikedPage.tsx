export function LikedPage() {
  return <h1 className="title">Liked</h1>
}
