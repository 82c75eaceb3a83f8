export function HomePage() {
  return <h1 className="title">Home</h1>
}
