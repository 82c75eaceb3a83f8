export function DevelopersPage() {
  return <h1 className="title">Developers</h1>
}
