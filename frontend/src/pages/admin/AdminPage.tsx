export function AdminPage() {
  return <h1 className="title">Admin</h1>
}
