export function SearchPage() {
  return <h1 className="title">Search</h1>
}
