export function SettingsPage() {
  return <h1 className="title">Settings</h1>
}
