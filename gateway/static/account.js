"use strict";
// The pages behind the links of auth's mails. The token stays in the address bar only until it is read.
const page = location.pathname.split("/").pop();
const token = new URLSearchParams(location.search).get("token");
const outcome = document.getElementById("outcome");
const form = document.getElementById(page);
history.replaceState(null, "", location.pathname);

const calls = {
  forgot: () => ["v1/auth/forgot", { email: document.getElementById("email").value }],
  reset: () => ["v1/auth/reset", { token, new_password: document.getElementById("password").value }],
  verify: () => ["v1/auth/verify", { token, password: document.getElementById("current").value || null }],
};
const done = {
  forgot: (answer) => answer.detail,
  reset: () => "Your new password is set. Sign in with it.",
  verify: () => "Your e-mail address is confirmed.",
};

if (!token && page !== "forgot") {
  outcome.textContent = "This link is not whole: open it again from the mail, or ask for a new one.";
} else {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const [path, body] = calls[page]();
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const said = await answer.json();
      outcome.textContent = answer.ok ? done[page](said) : said.detail;
      form.hidden = answer.ok;
      if (said.code === "password_needed") document.getElementById("proof").hidden = false;
    } catch {
      outcome.textContent = "The server cannot be reached: try again in a moment.";
    }
    button.disabled = false;
  });
}
