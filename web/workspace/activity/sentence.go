package activity

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// sentence is how one type of event is told. {actor}, {person}, {client}
// {endpoint}, {file} and {account} stand for names, {because} for a reason, {type} for the plain type.
type sentence struct {
	icon, tone string // tone: ok, bad, or plain
	says       string
	brief      string // in a history, where the person is known
	unless     []variant
}

// variant is how the same is told when there is more to it.
type variant struct {
	when  func(*workspace.ActivityEvent) bool
	says  string
	brief string
}

// sentences has every type of event. Those of emails that arrive from a later
// issue on are told already.
var sentences = map[schema.EventType]sentence{
	schema.ClientCreated: {icon: "building", tone: "plain", says: "{actor} added the client {client}", brief: "Added by {actor}"},
	schema.ClientUpdated: {icon: "pencil", tone: "plain", says: "{actor} changed the client {client}", brief: "Changed by {actor}"},
	schema.ClientDeleted: {icon: "trash", tone: "plain", says: "{actor} deleted the client {client}", brief: "Deleted by {actor}"},

	schema.InvitationCreated: {icon: "send", tone: "plain", says: "{actor} invited {person}", brief: "Invited by {actor}"},
	schema.InvitationSent:    {icon: "mail", tone: "plain", says: "Invitation to {person} was sent", brief: "Sent"},
	schema.InvitationFailed:  {icon: "mail-x", tone: "bad", says: "Invitation to {person} could not be sent{because}", brief: "Not sent"},
	"invitation.delivered":   {icon: "mail-check", tone: "ok", says: "Invitation to {person} was delivered", brief: "Delivered"},
	"invitation.delayed":     {icon: "clock", tone: "plain", says: "Invitation to {person} is delayed{because}", brief: "Delayed"},
	"invitation.bounced": {icon: "mail-x", tone: "bad", says: "Invitation to {person} bounced{because}", brief: "Bounced, for good", unless: []variant{
		{lastUnsubscribed, "{person} unsubscribed from invitations", "Unsubscribed"},
		{lastSuppressed, "Invitation to {person} was not delivered{because}", "Not delivered"}}},
	"invitation.complained": {icon: "mail-x", tone: "bad", says: "{person} marked the invitation as spam", brief: "Marked as spam"},
	schema.InvitationResent: {icon: "rotate-cw", tone: "plain", says: "{actor} sent {person} a new link", brief: "New link by {actor}", unless: []variant{
		{byRecipient, "{person} asked for a new link", "New link, asked for by the invited person"}}},
	schema.InvitationAddressChanged: {icon: "pencil", tone: "plain", says: "{actor} changed the address of {person}", brief: "Address changed by {actor}"},
	schema.InvitationRevoked: {icon: "x", tone: "plain", says: "{actor} revoked the invitation to {person}", brief: "Revoked by {actor}", unless: []variant{
		{wasExpired, "{actor} dismissed the expired invitation to {person}", "Dismissed by {actor}"}}},
	schema.InvitationExpired:  {icon: "clock", tone: "plain", says: "Invitation to {person} expired", brief: "Expired"},
	schema.InvitationAccepted: {icon: "user-check", tone: "ok", says: "{person} accepted the invitation", brief: "Accepted"},

	schema.MediaUploaded: {icon: "upload", tone: "plain", says: "{actor} uploaded {file} for {client}", brief: "Uploaded by {actor}"},
	schema.SocialAccountConnected: {icon: "link", tone: "ok", says: "{actor} connected {account} for {client}", brief: "Connected by {actor}", unless: []variant{
		{byLink, "{account} was connected for {client} by its connect link", "Connected by the connect link"}}},
	schema.SocialAccountRemoved: {icon: "unplug", tone: "bad", says: "{actor} removed {account} of {client}", brief: "Removed by {actor}"},

	schema.EndpointDisabledEvent: {icon: "webhook", tone: "plain", says: "{actor} disabled the webhook endpoint {endpoint}", brief: "Disabled by {actor}", unless: []variant{
		{isGone, "Webhook endpoint {endpoint} was disabled: it answered 410", "Disabled: it answered 410"},
		{isFailing, "Webhook endpoint {endpoint} was disabled: three days of nothing but failures", "Disabled: three days of nothing but failures"}}},

	schema.ClientUserActivated: {icon: "user-check", tone: "ok", says: "{person} got access to {client}", brief: "Access began"},
	schema.ClientUserDeactivated: {icon: "user-x", tone: "plain", says: "Access of {person} ended: removed by {actor}", brief: "Access ended: removed by {actor}", unless: []variant{
		{lostInvitation, "Invitation to {person} ended: {actor} deleted the client", "Ended: {actor} deleted the client"},
		{lostClient, "Access of {person} ended: {actor} deleted the client", "Access ended: {actor} deleted the client"}}},
}

func isGone(e *workspace.ActivityEvent) bool { return disabledFor(e, schema.DisabledGone) }

func isFailing(e *workspace.ActivityEvent) bool { return disabledFor(e, schema.DisabledFailing) }

func disabledFor(e *workspace.ActivityEvent, why schema.DisabledReason) bool {
	return e.Data.Endpoint != nil && e.Data.Endpoint.Reason == why
}

func byLink(e *workspace.ActivityEvent) bool { return e.ActorType == schema.ActorConnectLink }

func byRecipient(e *workspace.ActivityEvent) bool { return e.ActorType == schema.ActorRecipient }

func wasExpired(e *workspace.ActivityEvent) bool { return previous(e) == schema.StatusExpired }

func lostClient(e *workspace.ActivityEvent) bool { return e.Data.Client.DeletedAt != nil }

func lostInvitation(e *workspace.ActivityEvent) bool {
	return lostClient(e) && previous(e) != schema.StatusActive
}

func lastSuppressed(e *workspace.ActivityEvent) bool {
	return e.Data.Email != nil && e.Data.Email.State == schema.EmailSuppressed
}

func lastUnsubscribed(e *workspace.ActivityEvent) bool {
	return e.Data.Email != nil && unsubscribed(e.Data.Email.State, e.Data.Email.Code)
}

func previous(e *workspace.ActivityEvent) schema.Status {
	if e.Data.ClientUser == nil {
		return ""
	}
	return e.Data.ClientUser.PreviousStatus
}

// tell is the sentence for an event. A type that nobody has words for yet is
// told by its name.
func tell(e *workspace.ActivityEvent) sentence {
	s, ok := sentences[e.Type]
	if !ok {
		return sentence{icon: "activity", tone: "plain", says: "{type}", brief: "{type}"}
	}
	for _, v := range s.unless {
		if v.when(e) {
			s.says, s.brief = v.says, v.brief
			break
		}
	}
	return s
}

// part is a piece of a sentence; names stand out.
type part struct {
	Text string
	Name bool
}

// fill puts the names into a sentence.
func fill(says string, e *workspace.ActivityEvent) (out []part) {
	for says != "" {
		text, rest, ok := strings.Cut(says, "{")
		if text != "" {
			out = append(out, part{Text: text})
		}
		if !ok {
			return out
		}
		var word string
		word, says, _ = strings.Cut(rest, "}")
		if p := nameIn(word, e); p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}

func nameIn(word string, e *workspace.ActivityEvent) part {
	switch word {
	case "actor":
		return part{actor(e), true}
	case "person":
		return part{person(e), true}
	case "client":
		return part{e.Data.Client.Name, true}
	case "endpoint":
		return part{endpoint(e), true}
	case "file":
		return part{file(e), true}
	case "account":
		return part{account(e), true}
	case "because":
		return part{Text: because(e)}
	}
	return part{Text: string(e.Type)}
}

func endpoint(e *workspace.ActivityEvent) string {
	if e.Data.Endpoint == nil {
		return "somewhere"
	}
	return e.Data.Endpoint.Name
}

func file(e *workspace.ActivityEvent) string {
	if e.Data.Media == nil {
		return "a file"
	}
	return e.Data.Media.Name
}

func account(e *workspace.ActivityEvent) string {
	if e.Data.Account == nil {
		return "an account"
	}
	return e.Data.Account.Handle
}

func person(e *workspace.ActivityEvent) string {
	if e.Data.ClientUser == nil {
		return "somebody"
	}
	return e.Data.ClientUser.FullName
}

// actor names who did it.
func actor(e *workspace.ActivityEvent) string {
	switch {
	case e.ActorType == schema.ActorSystem:
		return "Anteroom"
	case e.ActorType == schema.ActorConnectLink:
		return "The connect link"
	case e.ActorType == schema.ActorRecipient && e.Data.ClientUser != nil:
		return person(e)
	case e.ActorType == schema.ActorRecipient && e.ActorName == "":
		return "Somebody at the client"
	case e.ActorName == "":
		return "A former colleague"
	}
	return e.ActorName
}

func because(e *workspace.ActivityEvent) string {
	if e.Data.Email == nil || e.Data.Email.Reason == "" {
		return ""
	}
	return ": " + desk.Clause(e.Data.Email.Reason)
}
