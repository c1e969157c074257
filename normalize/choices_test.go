package normalize

import "testing"

var boxes = []string{"基础软件", "工业软件", "支撑软件", "应用软件", "其他软件"}

func TestChoices(t *testing.T) {
	check(t, Choices, Options{Vocabulary: boxes}, []spelling{
		{"☑基础软件 □工业软件 □支撑软件 □应用软件 □其他软件", "基础软件"},
		{"☑基础软件□工业软件□支撑软件☑应用软件□其他软件", "基础软件|应用软件"},
		{"□基础软件 □工业软件\n□支撑软件 ■应用软件 □其他软件", "应用软件"},
		{"□ 基础软件  □ 工业软件  ☒ 支撑软件  □ 应用软件  □ 其他软件", "支撑软件"},
		{"□其他软件 ☑应用软件 □支撑软件 □工业软件 ☑基础软件", "基础软件|应用软件"},
		{"基础软件□ 工业软件☑ 支撑软件□ 应用软件□ 其他软件□", "工业软件"},
		{"基础软件□工业软件☑支撑软件□应用软件□其他软件☑", "工业软件|其他软件"},
		{"□√基础软件 □工业软件 □支撑软件 □应用软件 □其他软件", "基础软件"},
		{"√□基础软件 □工业软件 □支撑软件 □应用软件 □其他软件", "基础软件"},
		{"□基础软件 √□工业软件 □支撑软件 □应用软件 □其他软件", "工业软件"},
		{"□基础软件√ □工业软件 □支撑软件 □应用软件√ □其他软件", "基础软件|应用软件"},
		{"□基础软件√□工业软件□支撑软件□应用软件□其他软件", "基础软件"},
		{"□基础软件 □√工业软件 □支撑软件 □应用软件 □其他软件", "工业软件"},
		{"[√]基础软件 [ ]工业软件 [ ]支撑软件 [×]应用软件 [ ]其他软件", "基础软件|应用软件"},
		{"（√）基础软件 （ ）工业软件", "基础软件"},
		{"基础软件（√） 工业软件（ ） 支撑软件（ ） 应用软件（√） 其他软件（ ）", "基础软件|应用软件"},
		{"√基础软件 工业软件 支撑软件 √应用软件 其他软件", "基础软件|应用软件"},
		{"基础软件√ 工业软件 支撑软件 应用软件√", "基础软件|应用软件"},
		{"基础软件 √工业软件 支撑软件", "工业软件"},
		{"基础软件 工业软件√ 支撑软件", "工业软件"},
		{"基础软件√工业软件", "工业软件 !ambiguous"},
		{"应用软件", "应用软件"},
		{"应用软件、基础软件", "基础软件|应用软件"},
		{"应 用 软 件", "应用软件"},
		{"☑应用软件", "应用软件"},
		{"☑基础软件 工业软件 □支撑软件 □应用软件 □其他软件", "基础软件 !ambiguous"},
		{"☑基础软件 □工业软件 ☑平台软件", "基础软件 unknown=[平台软件] !format_invalid"},
		{"□基础软件 □工业软件 □支撑软件 □应用软件 □其他软件", "<blank>"},
		{"□基础软件 □工业软件 支撑软件 □应用软件 □其他软件", "<unreadable> !ambiguous"},
		{"基础软件 工业软件 支撑软件 应用软件 其他软件", "<unreadable> !ambiguous"},
		{"平台软件", "<unreadable> !format_invalid"},
		{"应用软件、平台软件", "应用软件 unknown=[平台软件] !format_invalid"},
		{"☑", "<unreadable> !ambiguous"},
		{"☑平台软件", "<unreadable> unknown=[平台软件] !ambiguous !format_invalid"},
		{"□基础软件 口工业软件 ☑应用软件", "应用软件 !ambiguous"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, Choices, Options{Vocabulary: boxes, OCR: true}, []spelling{
		{"☑基础软件 口工业软件 □支撑软件 □应用软件 □其他软件", "基础软件 !repaired"},
		{"☑基础软件 □工业软件 □支撑软件 ☑应用软忤 □其他软件", "基础软件|应用软件 !repaired"},
		{"☑基础软件 □工业软件", "基础软件"},
		{"☑基础钦忤 □工业软件", "<unreadable> unknown=[基础钦忤] !ambiguous !format_invalid"},
	})
	check(t, Choices, typed, []spelling{
		{"☑甲 □乙 ☑丙", "甲|丙"},
		{"甲□ 乙☑", "乙"},
		{"□甲 □乙", "<blank>"},
		{"甲、乙", "甲|乙"},
	})
}

func TestCategory(t *testing.T) {
	check(t, Category, Options{Vocabulary: boxes}, []spelling{
		{"应用软件", "应用软件"},
		{"应用 软件", "应用软件"},
		{"应用\n软件", "应用软件"},
		{"应用软件。", "应用软件"},
		{"1.应用软件", "应用软件"},
		{"应用软件（行业应用软件）", "应用软件 note=行业应用软件"},
		{"应用软件/应用软件", "应用软件"},
		{"嵌入式应用软件", "应用软件 note=嵌入式 !repaired"},
		{"应用", "应用软件 !repaired"},
		{"应用类", "应用软件 !repaired"},
		{"工业软件/应用软件", "<value> candidates=[工业软件 应用软件] !ambiguous"},
		{"应用软件、工业软件", "<value> candidates=[工业软件 应用软件] !ambiguous"},
		{"平台软件", "平台软件 !format_invalid"},
		{"应用软忤", "应用软件 !repaired"},
		{"□工业软件 ☑应用软件", "应用软件"},
		{"☑工业软件 ☑应用软件", "<value> candidates=[工业软件 应用软件] !ambiguous"},
		{"□工业软件 □应用软件", "<blank>"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, Category, Options{Vocabulary: boxes, OCR: true}, []spelling{
		{"应用软忤", "应用软件 !repaired"},
		{"应角软件", "应用软件 !repaired"},
		{"数据库", "数据库 !format_invalid"},
	})
	check(t, Category, typed, []spelling{{"数据 库", "数据库"}})
}

func TestAcquisitionAndScope(t *testing.T) {
	check(t, Acquisition, typed, []spelling{
		{"原始取得", "原始取得"},
		{"原始 取得", "原始取得"},
		{"受让", "受让"},
		{"继受取得", "继受取得 !format_invalid"},
		{"", "<blank>"},
	})
	check(t, Acquisition, ocr, []spelling{{"原姑取得", "原始取得 !repaired"}})
	check(t, Scope, typed, []spelling{
		{"全部权利", "全部权利"},
		{"全部", "全部权利 !repaired"},
		{"部分权利（复制权、发行权）", "部分权利 note=复制权、发行权"},
		{"", "<blank>"},
	})
}
