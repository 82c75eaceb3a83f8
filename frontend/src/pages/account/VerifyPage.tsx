export function VerifyPage() {
  return <h1 className="title">Verify</h1>
}
