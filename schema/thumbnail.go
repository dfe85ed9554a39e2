package schema

import "time"

// ThumbLease is how long a worker may take for a thumbnail, decoding included.
const ThumbLease = 90 * time.Second

// maxThumbTries is how often the making of a thumbnail is begun.
const maxThumbTries = 3

// thumbRetry is the wait after a try that failed for want of the bucket.
const thumbRetry = 30 * time.Second

// QueueThumb promises a thumbnail.
func (m *Media) QueueThumb(now time.Time) { m.ThumbState, m.ThumbDueAt = ThumbQueued, &now }

// ThumbDue is the bell for the thumbnail.
func (m *Media) ThumbDue() Due {
	return Due{Work: WorkThumbnail, Row: m.ID.String(), Ring: m.ThumbRing}
}

// ThumbRingAt is when the relay looks at the thumbnail, nil when none is owed. A
// lapsed lease has no bell coming, so it gets no grace.
func (m *Media) ThumbRingAt() *time.Time {
	if m.ThumbDueAt == nil || m.ThumbState == ThumbRunning {
		return m.ThumbDueAt
	}
	at := m.ThumbDueAt.Add(RingGrace)
	return &at
}

// ClaimThumb decides for a worker at now and changes the row accordingly. A claim
// whose lease lapsed is due again, unless it was the last: a file that ends its
// worker three times is left alone.
func (m *Media) ClaimThumb(now time.Time) ClaimVerdict {
	switch {
	case m.ThumbState != ThumbQueued && m.ThumbState != ThumbRunning:
		return ClaimDone
	case m.ThumbDueAt.After(now):
		return ClaimWait
	case m.ThumbAttempt >= maxThumbTries:
		m.endThumb(ThumbFailed)
		return ClaimDone
	}
	m.ThumbAttempt++
	lease := now.Add(ThumbLease)
	m.ThumbState, m.ThumbDueAt = ThumbRunning, &lease
	return ClaimTaken
}

// HoldsThumb says that an attempt is still the newest.
func (m *Media) HoldsThumb(attempt uint32) bool {
	return m.ThumbState == ThumbRunning && m.ThumbAttempt == attempt
}

// HaveThumb notes the thumbnail that was made.
func (m *Media) HaveThumb(key string, width, height int) {
	m.ThumbKey, m.ThumbWidth, m.ThumbHeight = key, width, height
	m.endThumb(ThumbDone)
}

// FailThumb gives the thumbnail up: the file can't be decoded.
func (m *Media) FailThumb() { m.endThumb(ThumbFailed) }

// RetryThumb puts it off, after the last try for good.
func (m *Media) RetryThumb(now time.Time) {
	if m.ThumbAttempt >= maxThumbTries {
		m.endThumb(ThumbFailed)
		return
	}
	at := now.Add(thumbRetry)
	m.ThumbState, m.ThumbDueAt = ThumbQueued, &at
}

func (m *Media) endThumb(s ThumbState) { m.ThumbState, m.ThumbDueAt = s, nil }
