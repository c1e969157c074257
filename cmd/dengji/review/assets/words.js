// The page's words in both languages. What stands in records (labels, flags,
// checks) is Chinese whatever the page speaks.
import { language } from './settings.js';

const words = {
  // the bar
  title: ['登记审核', 'Review'], list: ['列表', 'List'], keys: ['按键', 'Keys'], other_language: ['English', '中文'],
  progress: ['已核 {0} 处，待核 {1} 处', '{0} decided, {1} to look at'], submissions_done: ['{0}/{1} 份已核完', '{0} of {1} done'],
  saving: ['正在保存…', 'Saving…'], saved: ['已保存', 'Saved'], offline: ['与服务的连接断了，正在重试；未保存的决定保留在本页', 'The server does not answer; trying again. What is not saved is kept on this page'],
  restarted: ['服务已重新启动，请刷新页面', 'The server was started anew: load the page again'], reload: ['刷新', 'Reload'],
  conflicts: ['冲突 {0}', '{0} conflicts'], print: ['打印', 'Print'],
  // name
  who: ['请填写审核人姓名', 'Who is reviewing?'], who_why: ['每个决定都会记下姓名和时间。', 'Every decision is kept with name and time.'], name: ['姓名', 'Name'], start: ['开始', 'Start'], close: ['关闭', 'Close'],
  // list
  search: ['搜索企业、产品、文件夹（/）', 'Search company, product, folder (/)'], all: ['全部', 'All'], open: ['待核', 'To review'], done: ['已核完', 'Done'], failed: ['检查不合格', 'Checks failed'], missing: ['缺件', 'Papers missing'],
  any_flag: ['所有疑点', 'Any doubt'], sort: ['排序', 'Sort'], by_key: ['文件夹', 'Folder'], by_name: ['企业', 'Company'], by_review: ['待核', 'To review'], by_failed: ['不合格', 'Failed'], by_missing: ['缺件', 'Missing'], by_last: ['最近审核', 'Decided'],
  company: ['企业 / 产品', 'Company / products'], status: ['状态', 'Status'], last: ['最近审核', 'Last decision'], here: ['正在看', 'Here now'], clean: ['无待核', 'Nothing open'], decided_n: ['已核 {0}', '{0} decided'],
  nothing: ['没有符合条件的申报', 'No submission fits'], empty: ['还没有结果。dengji run 运行时，新结果会出现在这里。', 'No results yet. They appear here while dengji run goes on.'], go_on: ['继续审核', 'Go on'], shown_n: ['{0} 份', '{0} submissions'], revision_n: ['第 {0} 版', 'revision {0}'],
  // submission
  fields: ['字段', 'Fields'], checks: ['检查', 'Checks'], history: ['记录', 'History'], papers: ['材料', 'Papers'], doubtful: ['待核', 'To review'], others: ['其他字段', 'Other fields'],
  prev: ['上一份', 'Previous'], next: ['下一份', 'Next'], also: ['{0} 也在看这份', '{0} is here too'], also_field: ['{0} 正在看这一项', '{0} is at this field'], of: ['{0}/{1}', '{0}/{1}'],
  value: ['值', 'Value'], raw: ['原文', 'As read'], witnesses: ['各处写法', 'Witnesses'], same: ['一致', 'same'], take: ['采用', 'take'], correct: ['更正', 'Correct'], confirm: ['确认', 'Confirm'], undo: ['撤销', 'Undo'], save: ['保存', 'Save'], cancel: ['取消', 'Cancel'], why: ['原因（可不填）', 'Why (optional)'],
  understood: ['理解为', 'Understood as'], as_none: ['“无”', '“none”'], as_blank: ['空白（表上未填）', 'blank'], as_unreadable: ['无法辨认', 'unreadable'],
  corrected_by: ['{0} {1} 更正', 'corrected by {0}, {1}'], confirmed_by: ['{0} {1} 确认', 'confirmed by {0}, {1}'], to_review: ['待核', 'to review'],
  sure5: ['很有把握', 'very sure'], sure4: ['有把握', 'sure'], sure3: ['把握一般', 'fairly sure'], sure2: ['把握不足', 'unsure'], sure1: ['没有把握', 'not sure at all'],
  conflict_decided: ['{0} 在 {1} 已把它定为“{2}”。你的“{3}”没有保存。', '{0} set this to “{2}” at {1}. Your “{3}” was not saved.'], conflict_undone: ['对方已撤销原来的决定，现在的值是“{2}”。你的“{3}”没有保存。', 'The earlier decision was taken back; the value is “{2}” now. Your “{3}” was not saved.'],
  conflict_changed: ['新的材料或识别结果已把它改为“{2}”。你的“{3}”没有保存。', 'A newer paper or reading made this “{2}”. Your “{3}” was not saved.'], keep_theirs: ['保留现在的', 'Keep what is there'], use_mine: ['仍用我的', 'Use mine'], save_first: ['先保存（Enter）或取消（Esc）这一项的更正', 'Save this correction (Enter) or cancel it (Esc) first'], choose_first: ['先选择：Esc 保留现在的，o 仍用我的', 'Choose first: Esc keeps what is there, o uses yours'], just_decided: ['{0} 刚刚把它定为“{1}”', '{0} just set this to “{1}”'],
  changed_now: ['这一项刚刚变为“{0}”', 'This just became “{0}”'], your_confirm: ['确认', 'confirmation'], your_undo: ['撤销', 'undo'],
  not_saved: ['没有保存：{0}', 'Not saved: {0}'], nothing_undo: ['没有可以撤销的决定', 'There is nothing to undo'], no_witness: ['没有第 {0} 个来源', 'There is no witness {0}'], all_done: ['全部核完', 'All is reviewed'], next_one: ['下一份：{0}', 'Next: {0}'], gone: ['这份申报已不在结果中', 'This submission is no longer there'], not_there: ['没有这份申报', 'There is no such submission'],
  no_picture: ['这份文件没有页面图片（{0}），各字段的出处如下。', 'This file has no page pictures ({0}); what was read from it:'], no_papers: ['没有材料', 'No papers'], superseded: ['已被新材料替代', 'superseded'], vanished: ['收件箱中已没有', 'no longer in the inbox'],
  fit_width: ['适宽', 'Width'], fit_page: ['整页', 'Page'], turn: ['旋转', 'Turn'], boxes: ['框', 'Boxes'], pages_n: ['{0} 页', '{0} pages'], page_n: ['第 {0} 页', 'page {0}'], seal: ['印章', 'Seal'], seal_own: ['与企业名称一致', 'the applicant’s'], seal_other: ['不是该企业的', 'not the applicant’s'], seal_unread: ['章文未能辨认', 'could not be read'],
  pass: ['合格', 'pass'], fail: ['不合格', 'fail'], unknown: ['无法确认', 'unknown'], no_missing: ['材料齐全', 'Nothing is missing'], copy: ['复制', 'Copy'], copy_all: ['复制全部', 'Copy all'], copied: ['已复制', 'Copied'], unsure: ['可能已附', 'may be there'], whole_page: ['整页', 'whole page'],
  revisions: ['版本', 'Revisions'], decisions: ['决定', 'Decisions'], no_decisions: ['还没有决定', 'No decisions yet'], undone: ['已撤销', 'taken back'], took_back: ['撤销了 {0} 的决定', 'took back {0}’s decision'], blank_value: ['空', 'blank'],
  offered: ['可选', 'Choices'],
  // keys
  k_enter: ['确认，到下一个待核字段；没有了就到下一份', 'confirm, on to the next doubtful field, then to the next submission'], k_edit: ['更正（也可直接打字，退格则清空）', 'correct (or just type; Backspace empties it)'], k_digit: ['采用第几个来源的值', 'take that witness’s value'], k_undo: ['撤销这一项的决定，或最近一次决定', 'undo the decision on this field, or the last one'], k_move: ['下一个、上一个字段', 'next, previous field'], k_open: ['下一个待核字段', 'next doubtful field'],
  k_sub: ['下一份、上一份', 'next, previous submission'], k_zoom: ['放大、缩小、适宽', 'zoom in, out, fit'], k_turn: ['旋转页面', 'turn the page'], k_page: ['上一页、下一页', 'previous, next page'], k_list: ['回到列表；取消更正', 'back to the list; cancel a correction'], k_help: ['显示按键', 'show the keys'], k_search: ['在列表中搜索', 'search the list'], k_in_list: ['列表：选择、打开', 'list: choose, open'], k_sections: ['缺件、检查、记录', 'missing papers, checks, history'], k_newline: ['更正长文本时换行', 'a new line in a long text'],
};

const coded = {
  flag: {
    low_confidence: ['把握不足', 'low confidence'], readers_disagree: ['识别不一致', 'readers disagree'], under_seal: ['印章下', 'under a seal'], copy_differs: ['与电子版不一致', 'copy differs'], certificate_differs: ['与证书不一致', 'certificate differs'], format_invalid: ['格式不对', 'invalid format'], out_of_range: ['超出范围', 'out of range'], too_long: ['过长', 'too long'], missing: ['未填', 'missing'], ambiguous: ['有歧义', 'ambiguous'], repaired: ['已修补', 'repaired'], corrected: ['已更正', 'corrected'], decision_outdated: ['决定后有新材料', 'decision outdated'], catalogue_match: ['上年目录', 'in last catalogue'],
  },
  kind: { form_scan: ['扫描件', 'form, scan'], form_copy: ['电子版', 'form, copy'], copyright_certificate: ['软著证书', 'certificate'], user_report: ['用户报告', 'user report'], other: ['其他', 'other'] },
  because: { 'first seen': ['首次收到', 'first seen'], 'corrected scan': ['收到更正的扫描件', 'corrected scan'], 'corrected document': ['收到更正的材料', 'corrected document'], decision: ['审核决定', 'decision'], 'new document': ['收到新材料', 'new document'], 'document withdrawn': ['材料撤回', 'document withdrawn'], 'read or understood differently': ['重新识别', 'read or understood differently'] },
  basis: { 'certificate.first_publication': ['证书首次发表日期', 'certificate, first publication'], 'certificate.completion': ['证书开发完成日期', 'certificate, completion'], 'certificate.issue': ['证书发证日期', 'certificate, issue'], form: ['登记表', 'form'] },
  action: { confirm: ['确认', 'confirmed'], value: ['更正', 'corrected'], undo: ['撤销', 'took back'] },
  reader: { ppocr: ['PP-OCR', 'PP-OCR'], tesseract: ['Tesseract', 'Tesseract'], text_layer: ['PDF 文字', 'PDF text'], docx: ['Word', 'Word'], xlsx: ['Excel', 'Excel'], code: ['二维码', 'QR code'] },
};

const of = (pair) => pair[language() === 'en' ? 1 : 0];
const put = (text, args) => text.replace(/\{(\d)\}/g, (_, i) => args[Number(i)] ?? '');

// t is a phrase in the page's language.
export const t = (key, ...args) => put(words[key] ? of(words[key]) : key, args);

// named is the word for a code, which itself will do where there is none.
export const named = (table, code) => (Object.hasOwn(coded[table], code) ? of(coded[table][code]) : code);
