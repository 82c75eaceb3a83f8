export function ForgotPage() {
  return <h1 className="title">Forgot</h1>
}
