export function TrackPage() {
  return <h1 className="title">Track</h1>
}
