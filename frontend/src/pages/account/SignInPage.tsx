export function SignInPage() {
  return <h1 className="title">SignIn</h1>
}
