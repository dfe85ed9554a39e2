package main

import "net/http"

func storyOfSignUp(s *site, owner *person) {
	const name, email, agency = "Rosa Lind", "rosa@millroad.example", "Mill Road Studio"
	rosa := newPerson(s.t, owner.base)
	rosa.open("/login")
	rosa.follow("Create your agency")
	rosa.press("Create agency", "Agency name", agency, "Full name", name, "Email", email, "Choose a password", secret)
	rosa.is(200, "/signup", "Look in your inbox", email)
	mail := s.mail(email)
	rosa.signIn(email, secret)
	rosa.is(http.StatusUnprocessableEntity, "/login")
	rosa.open(s.linkIn(mail))
	rosa.is(200, "", agency, "that you chose when you signed up")
	rosa.press("Create agency and sign in", "Your password", secret+"!")
	rosa.is(http.StatusUnprocessableEntity, "", "not the password you chose")
	rosa.press("Create agency and sign in", "Your password", secret)
	rosa.is(200, clients, "Your agency is created", "No clients yet", agency, name, "Owner")
	rosa.seesNot(bakery)
	rosa.follow("Your account " + name + " Owner")
	rosa.press("Change password", "Current password", secret, "New password", secret+", again")
	rosa.is(200, "/settings/account", "Your password is changed.")
	rosa.press("Sign out everywhere")
	rosa.is(200, "/login", "You are signed out everywhere.")
	rosa.signIn(email, secret+", again")
	rosa.is(200, clients, agency)
}
