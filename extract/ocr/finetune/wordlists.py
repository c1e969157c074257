"""Lists of words and characters that text.py makes its text from."""

# Family names, each alike often: it is the characters that matter.
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范"
    "彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜"
    "顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路"
    "娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪"
    "包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯"
    "宓蓬全郗班仰秋仲伊宫宁仇栾暴甘"
)

# Characters of given and place names that general text hardly ever has.
RARE = (
    "罘昱玥璟煜琨晟鑫淼垚骞澍泓沄瀚珺旻昊炜烨翀翊赟钰锟铎骁骥麒麟祎禛祺珩瑾琰琮璨郗郜鄄濮亳沭沂淄"
    "潍兖郯莒莘鄢邹闵缪褚卞岑芮晏鞠"
)

# Characters that differ by a stroke, the commonest mistakes of a reader of bad copies.
ALIKE = """
    木术本未末 人入八 己已巳 日曰目 土士 干千于 大太犬 力刀 天夫无元 白自百 风凤 今令
    间问闻 办为 晴睛 侯候 汪注 股未 刘列 历厉 末未 治冶 析折 拨拔 住往 祥样 微徵
    技枝 淮准 泰秦 崔催 辛幸 王玉主 甲由申田 外处 友反 没设 徐除 扬杨 沈忱 宁宇
    申电 弓引 候侯 卫工 贝见 乌鸟 兔免 亨享 戊戌戍 茶荼 味昧 陕狭 官宫 束東 鸣呜
    钓钩 栋拣 炼练 旋施 博搏 辩辨
""".split()

# Addresses on the web are made of pinyin.
SYLLABLES = """
    bai ban bao bei ben bo cai can chang chao chen cheng chi chu chuang da dao de deng di ding
    dong du er fa fang fei feng fu gan gang gao ge gong gu guan guang gui guo hai han hang hao
    he heng hong hu hua huan huang hui ji jia jian jiang jie jin jing jiu ju jun kai kang ke
    kong kuan lan lang le lei li lian liang lin ling liu long lu luo lv ma mei meng mi min ming
    mu nan ning ou pan peng pin ping pu qi qian qiang qiao qin qing qiu qu quan ran ren rong ru
    rui run ruo sen sha shan shang shen sheng shi shu shuo si song su sui tai tang tao teng tian
    tong tu wan wang wei wen wo wu xi xia xian xiang xiao xin xing xiong xu xuan xue yan yang
    yao ye yi yin ying yong you yu yuan yue yun ze zhan zhang zhao zhe zhen zheng zhi zhong zhou
    zhu zhuo zi zong zuo
""".split()

# Latin words of software and its descriptions.
LATIN = """
    API AI IoT GIS GPS SaaS PaaS Web App SDK CPU GPU SQL Java Python Linux Android Windows
    Oracle MySQL Redis Spring Cloud Docker OCR RFID ERP CRM MES SCM OA HIS PACS BIM CAD PLM VR
    AR 5G 4G B/S C/S TCP/IP HTTP HTTPS JSON XML ISO9001 CMMI3 CMMI5 Pro Max Plus Lite the of and
    for system data smart center service version software platform management Hadoop Spark Kafka
    Vue React Node.js .NET C++ C# iOS PC PDF Excel Word
""".split()

# Parts of companies' and products' names, of addresses and labels of cells.
TRADES = """
    软件 科技 信息技术 信息科技 网络技术 智能科技 数据 电子 通信 自动化 计算机 物联网 系统集成 云计算
""".split()
COMPANIES = """
    有限公司 股份有限公司 有限责任公司 集团有限公司 （集团）有限公司 有限公司分公司 研究院 中心
""".split()
PRODUCTS = "系统 平台 软件 管理系统 服务平台 APP 终端 信息系统 监控软件 引擎".split()
ROADS = "路 街 大道 大街 巷 中路 东路 工业园 科技园 软件园 产业园".split()
LABELS = """
    企业名称 产品名称 联系人 法定代表人 邮政编码 著作权人 权利范围 网址 电话 地址 日期 软件名称
    开发完成日期 登记号
""".split()

# What stands before and behind a number, and between words; what stands often is listed often.
BEFORE = ["", "约", "达", "超过", "不足", "近", "≥", "<", ">"]
BEHIND = "% ％ % % % % 万元 万 亿元 个 台 次 家".split()
BREAKS = "，，，。。、、、；："

# Parts of addresses on the web.
SCHEMES = ["http://", "https://", "", "", "www.", "http://www.", "https://www.", "WWW."]
HOST_ENDS = ["", "", "", *"soft info tech data cloud it -soft ai 365 2000 01".split()]
DOMAINS = ".com .cn .com.cn .net .net.cn .org .org.cn .io .tech .ltd .top".split()
MAIL = "163.com qq.com 126.com sina.com gmail.com outlook.com foxmail.com 139.com".split()
