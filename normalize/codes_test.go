package normalize

import (
	"strings"
	"testing"
)

func TestCertificateNumber(t *testing.T) {
	check(t, CertificateNumber, typed, []spelling{
		{"软著登字第8347956号", "软著登字第8347956号"},
		{"软著登字第 8347956 号", "软著登字第8347956号"},
		{"软著登字第\n12345678号", "软著登字第12345678号"},
		{"证书号：软著登字第８３４７９５６号", "软著登字第8347956号"},
		{"软著登字第8347956", "软著登字第8347956号 !repaired"},
		{"8347956", "软著登字第8347956号 !repaired"},
		{"软著登字第834795号", "<unreadable> !format_invalid"},
		{"软著登字第8347956O号", "<unreadable> !format_invalid"},
		{"2021SR1625330", "<unreadable> !format_invalid"},
		{"2024R11L0965327", "<unreadable> !format_invalid"},
		{"软著变补字第202112345号", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, CertificateNumber, ocr, []spelling{
		{"软著登字第8347956号", "软著登字第8347956号"},
		{"冀密国软著登字第9333656号“鄙姨气主", "软著登字第9333656号 !repaired"},
		{"软著登字第834795B号", "软著登字第8347958号 !repaired"},
		{"软箸登字第8347956号", "软著登字第8347956号 !repaired"},
		{"号：软著登字第8347956号", "软著登字第8347956号"},
		{"软著登字第B34795O号", "软著登字第8347950号 !repaired"},
		{"某某证字第8347956号", "<unreadable> !format_invalid"},
	})
}

func TestRegistrationNumber(t *testing.T) {
	check(t, RegistrationNumber, typed, []spelling{
		{"2021SR1625330", "2021SR1625330"},
		{"2021sr1625330", "2021SR1625330"},
		{"2021 SR 162533", "2021SR162533"},
		{"２０２１ＳＲ１６２５３３０", "2021SR1625330"},
		{"登记号：2021SR1625330", "2021SR1625330"},
		{"2021SR\n1625330", "2021SR1625330"},
		{"2021SR162533O", "<unreadable> !format_invalid"},
		{"2021SR16253301", "<unreadable> !format_invalid"},
		{"2021SR16253", "<unreadable> !format_invalid"},
		{"2024R11L0965327", "<unreadable> !format_invalid"},
		{"软著登字第8347956号", "<unreadable> !format_invalid"},
		{"1625330", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, RegistrationNumber, ocr, []spelling{
		{"2021SR1625330", "2021SR1625330"},
		{"2021SRI62533O", "2021SR1625330 !repaired"},
		{"2O215R1625330", "2021SR1625330 !repaired"},
		{"20Z1SR1625330", "2021SR1625330 !repaired"},
		{"2024R11L0965327", "<unreadable> !format_invalid"},
		{"2021AR1625330", "<unreadable> !format_invalid"},
		{"肯代2022SR0611758：.O05.S0叟意", "2022SR0611758 !repaired"}, // what shines through from the back
		{"2022SR0611758、2022SR0611759", "<unreadable> !format_invalid"},
		{"A2021SR0611758", "<unreadable> !format_invalid"},
		{"12021SR0611758", "<unreadable> !format_invalid"},
		{"肯代2022SR06117581", "<unreadable> !format_invalid"},
		{"2021SI1625330", "2021SR1625330 !repaired"},
		{"2021SI625330", "<unreadable> !format_invalid"}, // the R may be lost, and I the 1
	})
}

func TestMixedUpNumbersAreNamed(t *testing.T) {
	for _, c := range []struct {
		f         Func
		raw, name string
	}{
		{RegistrationNumber, "2024R11L0965327", "是流水号"},
		{RegistrationNumber, "软著登字第8347956号", "是证书号"},
		{CertificateNumber, "2021SR1625330", "是登记号"},
		{CertificateNumber, "2024R11L0965327", "是流水号"},
	} {
		r := c.f(c.raw, typed)
		if len(r.Doubts) != 1 || !strings.Contains(r.Doubts[0].Message, c.name) {
			t.Errorf("%s: doubts %+v do not say %s", c.raw, r.Doubts, c.name)
		}
	}
}

func TestCreditCode(t *testing.T) {
	check(t, CreditCode, typed, []spelling{
		{"91350100M000100Y43", "91350100M000100Y43"},
		{"91350100m000100y43", "91350100M000100Y43"},
		{"9135 0100 M000 100Y 43", "91350100M000100Y43"},
		{"统一社会信用代码：91350100M000100Y43", "91350100M000100Y43"},
		{"91350100M000100Y4Z", "<unreadable> !format_invalid"},
		{"91350100M000100Y44", "<unreadable> !format_invalid"},
		{"9135O100M000100Y43", "<unreadable> !format_invalid"},
		{"91350100M000100Y4", "<unreadable> !format_invalid"},
		{"370100200012345", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, CreditCode, ocr, []spelling{
		{"91350100M000100Y43", "91350100M000100Y43"},
		{"9135O100M000100Y43", "91350100M000100Y43 !repaired"},
		{"9I3501OOM000100Y43", "91350100M000100Y43 !repaired"},
		{"91350100N000100Y43", "91350100M000100Y43 !repaired"},
		{"91350700M000100Y43", "91350100M000100Y43 !repaired"},
		{"91350100M000200Y43", "<unreadable> !format_invalid"},
	})
}

// Every look-alike put for a character of a valid code is either put right or
// refused, never taken for another code.
func TestCreditCodeRepairsNeverInvent(t *testing.T) {
	const code = "91350100M000100Y43"
	right := 0
	for i := range len(code) {
		for read, may := range creditAlike {
			if !strings.Contains(may, code[i:i+1]) {
				continue
			}
			r := CreditCode(code[:i]+string(read)+code[i+1:], ocr)
			switch r.Value {
			case code:
				right++
			case nil:
			default:
				t.Errorf("position %d read as %c: got %v", i, read, r.Value)
			}
		}
	}
	if right < 20 {
		t.Errorf("only %d misreadings were put right", right)
	}
}
