package request

// Refusal is an error whose status isn't that of its kind, where a protocol
// asks for another.
type Refusal struct {
	Status int
	Err    error
}

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap gives the refusal in words.
func (r *Refusal) Unwrap() error { return r.Err }
