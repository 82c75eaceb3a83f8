export function SignUpPage() {
  return <h1 className="title">SignUp</h1>
}
