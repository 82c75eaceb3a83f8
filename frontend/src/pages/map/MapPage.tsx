export function MapPage() {
  return <h1 className="title">Map</h1>
}
