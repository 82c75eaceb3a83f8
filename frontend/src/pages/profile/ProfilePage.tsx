export function ProfilePage() {
  return <h1 className="title">Profile</h1>
}
