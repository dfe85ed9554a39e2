package schema

import "time"

// Health is what a look at a failing endpoint comes to.
type Health struct {
	Disable bool      // it is to be disabled as failing
	Mail    EmailKind // to tell the owners, empty for none
	Notices int       // how many they have heard then
}

// How many mails the owners have had of one row of failures once they got each.
const (
	noticeFailing = iota + 1
	noticeWarning
	noticeDisabled
)

// disableFailures is how many failures three days of nothing else have at least. One
// delivery that goes through the schedule has nine by then; a single failure whose
// retries came to nothing, in an agency where nothing happens, says little.
const disableFailures = 5

// Check says what is due about an endpoint's failures at now. Each mail goes once
// in a row of failures; a later one makes those before it pointless.
func (e *Endpoint) Check(now time.Time) (h Health) {
	switch {
	case e.Status == EndpointDisabled:
		if e.DisabledReason != DisabledManual && e.Notices < noticeDisabled {
			h.Mail, h.Notices = EmailEndpointDisabled, noticeDisabled
		}
	case e.Status != EndpointEnabled || e.FailingSince == nil:
	case e.Failures < disableFailures:
	case !e.FailingSince.Add(DisableAfter).After(now):
		h = Health{Disable: true, Mail: EmailEndpointDisabled, Notices: noticeDisabled}
	case !e.FailingSince.Add(DisableAfter - WarnBefore).After(now):
		if e.Notices < noticeWarning {
			h.Mail, h.Notices = EmailEndpointWarning, noticeWarning
		}
	case e.Failures >= NoticeAfter && e.Notices < noticeFailing:
		h.Mail, h.Notices = EmailEndpointFailing, noticeFailing
	}
	return h
}

// StillTrue says whether what an email about the endpoint says is so still, when
// it is about to be sent.
func (e *Endpoint) StillTrue(k EmailKind) bool {
	if k == EmailEndpointDisabled {
		return e.Status == EndpointDisabled && e.DisabledReason != DisabledManual
	}
	return e.Status == EndpointEnabled && e.FailingSince != nil
}
