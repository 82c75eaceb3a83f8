export function ResetPage() {
  return <h1 className="title">Reset</h1>
}
