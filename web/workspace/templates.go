package workspace

import (
	"embed"

	"anteroom/web/page"
)

//go:embed templates/*.html
var files embed.FS

var pages = page.Parse(page.Workspace, files,
	"clients.html", "client.html", "accounts.html", "deletion.html", "erasure.html",
	"invitation.html", "address.html", "clearing.html", "removal.html", "elsewhere.html", "refused.html")

// The confirmations after a redirect. None of them says that a mail arrived:
// that stands in the list, when it is known.
var (
	flashClientAdded    = page.NewFlash("client-added", "The client is added.")
	flashClientSaved    = page.NewFlash("client-saved", "The changes are saved.")
	flashClientDeleted  = page.NewFlash("client-deleted", "The client is deleted and its portal closed.")
	flashErasing        = page.NewFlash("client-erasing", "The client is being erased.")
	flashErasePlanned   = page.NewFlash("client-erase-planned", "The client will be erased. Until then you can call it off.")
	flashEraseCalledOff = page.NewFlash("client-erase-called-off", "The client will not be erased.")
	flashAccounts       = page.NewFlash("accounts-assigned", "The social accounts are assigned.")
	flashInvited        = page.NewFlash("invited", "The invitation is being sent.")
	flashResent         = page.NewFlash("resent", "A new link is being sent. The old one no longer works.")
	flashCleared        = page.NewFlash("cleared", "The address is being cleared and a new link sent. The old one no longer works.")
	flashAddress        = page.NewFlash("address-fixed", "The address is changed. A new link is being sent; the old one no longer works.")
	flashRevoked        = page.NewFlash("revoked", "The invitation is revoked. Its link no longer works.")
	flashDismissed      = page.NewFlash("dismissed", "The expired invitation is off the list.")
	flashRemoved        = page.NewFlash("removed", "The person no longer has access.")
	flashConfirmation   = page.NewFlash("confirmation-asked", "The confirmation email is being sent. Open it and follow its link.")
)
