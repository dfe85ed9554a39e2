package password

import "testing"

func TestDigitsAloneCanBeAPasswordButNotARow(t *testing.T) {
	if err := Check("47291-83620-58103", "ines@example.com", "Ines Duarte"); err != nil {
		t.Errorf("fifteen unrelated digits: %v", err)
	}
	for _, p := range []string{"123456789012", "111111111111", "121212121212", "1234 1234 1234!"} {
		if Check(p, "ines@example.com", "Ines Duarte") == nil {
			t.Errorf("%q passes", p)
		}
	}
}
