package worker

import (
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/worker/mail"
)

// endpointMessage writes a claimed email about a webhook endpoint. Its link needs
// no token: it leads to a page behind the sign-in.
func (w *Worker) endpointMessage(c system.EmailClaim) mail.Message {
	p := c.Letter.Endpoint
	m := mail.Endpoint{EmailID: c.Email.ID.String(), FullName: c.Letter.FullName, Address: c.Email.Address, Agency: c.Letter.Agency,
		Name: p.Name, Failures: p.Failures, LastStatus: p.StatusCode, LastClass: string(p.ErrorClass),
		Link: w.link("settings/webhooks", c.Email.EndpointID.String())}
	if p.Since != nil {
		m.Since, m.DisableAt = *p.Since, p.Since.Add(schema.DisableAfter)
	}
	if p.DisabledAt != nil {
		m.DisableAt = *p.DisabledAt
	}
	switch c.Email.Kind {
	case schema.EmailEndpointWarning:
		return m.Warning()
	case schema.EmailEndpointDisabled:
		return m.Disabled(p.Reason == string(schema.DisabledGone))
	}
	return m.Failing()
}
