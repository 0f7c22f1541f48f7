//! A small city in the style of such sources, with each kind of question, and the tables it becomes.

use std::collections::BTreeMap;

/// Names and texts.
pub(crate) type Files = BTreeMap<String, String>;

pub(crate) const FILES: &[(&str, &str)] = &[
    (
        "Grouper.py",
        "from town.MDC import MDCA,MDCZ,MDCB

def group(record):
  r=MDCA.group(record)
  if r:
    return r
  r=MDCZ.group(record)
  if r:
    return r
  r=MDCB.group(record)
  if r:
    return r
  message('none')
  return '0000'
",
    ),
    (
        "Grouper_smalltown_2025.py",
        "import time

class Grouper_smalltown_2025:
  def __init__(self, **kwargs):
    self.kwargs=kwargs

  def group(self,record):
    code=group(record)
    if code=='0000' and len(record.ssList)>1:
      for one in record.ssList[1:]:
        record=record._replace(ssList=[one])
        code=group(record)
        if code!='0000':
          break
    output('***',code)
    return build(record.Index,self.said(),code)

  def said(self):
    return [x for x in self.kwargs.values() if lambda: \"?\"]
",
    ),
    (
        "Base.py",
        "clean=lambda x:x.replace('\\n','')

def build(index,said,code):
  if code=='0000':
    return GroupResult(index,Status.FAIL.value,said,'0000','00','0000A')
  elif code[1:3]=='QY':
    return GroupResult(index,Status.QY.value,said,'MDC'+code[0],'QY',code)
  else:
    return GroupResult(index,Status.FINE.value,said,'MDC'+code[0],code[:3],code)

def create_result_check(index,status,said):
  return GroupResult(index,status.value,said,'','','')
",
    ),
    (
        "MDC/MDCA.py",
        "def group(record):
  mdc_zd=[]
  dept_list=[]
  if not (True and record.ssList and (record.ssList[0] in SS_VALID or record.ssList[0] in [\"96.1\"]) and record.gender==\"1\" and int(record.age)==0):
    return ''
  r=AA1.group(record)
  if r:
    return r

  if False and record.ssList and intersect(SS_VALID,record.ssList):
    return 'AQY'
",
    ),
    (
        "MDC/MDCZ.py",
        "def group(record):
  mdc_zd=['upper part','Z1','Z2','Z3','lower part','Z3']
  if not (True and record.zdList[0] in mdc_zd):
    return ''
  part_of={}
  part=''
  for x in mdc_zd:
    if x.endswith(\" part\"):
      part=x
    else:
      part_of[x]=part
  known=set(record.zdList).intersection(part_of.keys())
  parts=set([part_of.get(x) for x in known])
  if known:
    message('%s: %s'%(','.join(known),','.join(parts)))
    if len(parts)<2:
      message('too few')
      return ''
  else:
    return ''

  message('go on')
  r=ZZ1.group(record)
  if r:
    return r
  return ''
",
    ),
    (
        "MDC/MDCB.py",
        "from town.Base import message,intersect,SS_VALID
from town.ADRG import BB1,BB2_1,BR1,BS1

def group(record):
  mdc_zd=[\"B1\",\"B2\",
    \"B9\"]
  if not (True and record.zdList[0] in mdc_zd):
    return ''
  message('in B')
  r=BB1.group(record)
  if r:
    return r
  r=BB2_1.group(record)
  if r:
    return r

  if record.ssList and record.ssList[0] in SS_VALID:
    message('valid: '+','.join(set(record.ssList).intersection(SS_VALID)))
    return 'BQY'
  r=BR1.group(record)
  if r:
    return r
  r=BS1.group(record)
  if r:
    return r
  message('none')
",
    ),
    (
        "ADRG/AA1.py",
        "def group(record):
  adrg_ss=[\"11.1\",\"11.1\"]
  if True and record.ssList and record.ssList[0] in adrg_ss and record.ssList and intersect(record.ssList,adrg_ss):
    if MDCA_DRG.AA19_group(record):
      return 'AA19'
    return 'AA1'
  else:
    return ''
",
    ),
    (
        "ADRG/ZZ1.py",
        "def group(record):
  if True and not intersect(record.ssList,SS_VALID):
    if MDCB_DRG.ZZ19_group(record):
      return 'ZZ19'

  return ''
",
    ),
    (
        "ADRG/BB1.py",
        "from town.DRG import MDCB_DRG

def group(record):
  adrg_zd=[]
  adrg_zd1=[]
  adrg_ss=[\"11.1\",'11.2']
  adrg_ss1=[]
  adrg_ss2=[]
  dept_list=[]
  if True and record.ssList and record.ssList[0] in adrg_ss:
    message('fits %s'%('BB1'))

    if BB1X.group(record):
      return 'BB1X'

    if MDCB_DRG.BB11_group(record):
      return 'BB11'

    if MDCB_DRG.BB13_group(record):
      return 'BB13'

    if MDCB_DRG.BB15_group(record):
      return 'BB15'

    return ''
  else:
    return ''
",
    ),
    (
        "ADRG/BB2_1.py",
        "def group(record):
  adrg_zd=[\"B1\",\"B2\"]
  adrg_ss=[\"22.1\",\"22.2\",\"22.1\",\"22.3\"]
  adrg_ss1=[\"1\",\"2\",\"2\",\"3\"]

  labels=[adrg_ss1[adrg_ss.index(x)] for x in record.ssList if x in adrg_ss]

  if True and record.zdList[0] in adrg_zd and (\"1\" in labels or (\"2\" in labels and \"3\" in labels)):
    if MDCB_DRG.BB2S_group(record):
      return 'BB23'
    if MDCB_DRG.BB29_group(record):
      return 'BB29'
    return ''
  else:
    return ''
",
    ),
    (
        "ADRG/BR1.py",
        "def group(record):
  adrg_zd=[\"B2\"]
  if True and record.zdList[0] in adrg_zd and (not record.ssList or not record.ssList[0] in SS_VALID):
    if MDCB_DRG.BR11_group(record):
      return 'BR11'
    if MDCB_DRG.BR12_group(record):
      return 'BR12'
    if MDCB_DRG.BR13_group(record):
      return 'BR13'
    if MDCB_DRG.BR14_group(record):
      return 'BR14'
    return 'BR1'
  else:
    return ''
",
    ),
    (
        "ADRG/BS1.py",
        "def group(record):
  adrg_zd=[\"B9\"]
  adrg_zd1=[\"C1\"]
  if True and record.zdList[0] not in adrg_zd and intersect(record.zdList[1:],adrg_zd1) and record.weight and record.weight>=1500 and record.weight<2500 and record.ageDay!=None and record.ageDay<=28:
    return 'BS1'
  return ''
",
    ),
    ("DRG/MDCA_DRG.py", "def AA19_group(record):\n  return True\n"),
    (
        "DRG/MDCB_DRG.py",
        "def BB15_group(record):
  return False
def BB11_group(record):
  return len(record.zdList)>1 and has_mcc(record.zdList[0],record.zdList[1:])
def BB13_group(record):
  return len(record.zdList)>1 and (has_mcc(record.zdList[0],record.zdList[1:]) or has_cc(record.zdList[0],record.zdList[1:])) and record.age<14
# The second of a name is the one that is called.
def BB15_group(record):
    return True
def BB2S_group(record):
  return record.inHospitalTime<5 and record.leavingType in ['4','5']
def BB29_group(record):
  return 7<=record.inHospitalTime<14
def BR11_group(record):
  return 1<=record.icuHours<=120
def BR12_group(record):
  return record.dept=='ICU'
def BR13_group(record):
  return record.ssList and '96.7' in record.ssList and '39.9' in record.ssList
def BR14_group(record):
  return len(record.ssList)>1 and intersect(record.ssList[1:],['31.1'])
def ZZ19_group(record):
  return True
def never_called(record):
  return probe(record)
",
    ),
    (
        "DRG_EX/BB1X.py",
        "def group(record):
  adrg_zd=[\"B2\"]
  adrg_ss=[\"22.2\"]
  if True and record.zdList[0] in adrg_zd and record.ssList and intersect(record.ssList[1:],adrg_ss) and has_cc(record.zdList[0],record.zdList[1:]):
    message('fits')
    return True
",
    ),
    ("DATA/MCC.dat", "M1 1\nM2 1\nM1 2\n"),
    ("DATA/CC.dat", "C1 2\n"),
    ("DATA/CCE.dat", "B1 3\nB2 1\n"),
    ("DATA/SS_VALID.dat", "11.1 one thing\r\n22.1 another\r\n22.2 \r\n33.3 more\r\n\r\n"),
    ("DATA/DRG.dat", "BB15 something in B\n"),
    ("ICD/ZD_INFO.dat", "B1 a disease\n"),
    ("ICD/SS_INFO.dat", "11.1 one thing\n"),
    ("ICD/ZD_MAP.dat", "b1 B1\nb2  B2\nb3 -\n"),
    ("ICD/SS_MAP.dat", "1 11.1\n"),
];

/// The tables, ¦ for a tab, · for nothing.
pub(crate) const TABLES: [(&str, &str); 16] = [
    (
        "adrg.tsv",
        "seq ¦ mdc ¦ pos ¦ adrg ¦ cond ¦ otherwise
        0 ¦ MDCA ¦ 0 ¦ AA1 ¦ px0(ss) ¦ AA1
        1 ¦ MDCZ ¦ 0 ¦ ZZ1 ¦ !px(VALID) ¦ -
        2 ¦ MDCB ¦ 0 ¦ BB1 ¦ px0(ss) ¦ -
        3 ¦ MDCB ¦ 1 ¦ BB2_1 ¦ dx0(zd) & labels(1|2&3) ¦ -
        4 ¦ MDCB ¦ 2 ¦ BR1 ¦ dx0(zd) & !px0(VALID) ¦ BR1
        5 ¦ MDCB ¦ 3 ¦ BS1 ¦ !dx0(zd) & dx1(zd1) & weight!=0 & weight>=1500 & weight<2500 & ageday<=28 ¦ BS1",
    ),
    (
        "adrg_codes.tsv",
        "adrg ¦ list ¦ code ¦ label
        AA1 ¦ ss ¦ 11.1 ¦ ·
        AA1 ¦ ss ¦ 11.1 ¦ ·
        BB1 ¦ ss ¦ 11.1 ¦ ·
        BB1 ¦ ss ¦ 11.2 ¦ ·
        BB2_1 ¦ zd ¦ B1 ¦ ·
        BB2_1 ¦ zd ¦ B2 ¦ ·
        BB2_1 ¦ ss ¦ 22.1 ¦ 1
        BB2_1 ¦ ss ¦ 22.2 ¦ 2
        BB2_1 ¦ ss ¦ 22.3 ¦ 3
        BR1 ¦ zd ¦ B2 ¦ ·
        BS1 ¦ zd ¦ B9 ¦ ·
        BS1 ¦ zd1 ¦ C1 ¦ ·",
    ),
    ("cc.tsv", "code ¦ group\nC1 ¦ 2"),
    ("cce.tsv", "code ¦ group\nB1 ¦ 3\nB2 ¦ 1"),
    (
        "drg.tsv",
        "adrg ¦ pos ¦ drg ¦ cond
        AA1 ¦ 0 ¦ AA19 ¦ true
        ZZ1 ¦ 0 ¦ ZZ19 ¦ true
        BB1 ¦ 0 ¦ BB1X ¦ ex & dx0(zd) & px1(ss) & cc
        BB1 ¦ 1 ¦ BB11 ¦ mcc
        BB1 ¦ 2 ¦ BB13 ¦ mcc|cc & age<14
        BB1 ¦ 3 ¦ BB15 ¦ true
        BB2_1 ¦ 0 ¦ BB23 ¦ los<5 & leaving{4,5}
        BB2_1 ¦ 1 ¦ BB29 ¦ los>=7 & los<14
        BR1 ¦ 0 ¦ BR11 ¦ icuhours>=1 & icuhours<=120
        BR1 ¦ 1 ¦ BR12 ¦ dept==ICU
        BR1 ¦ 2 ¦ BR13 ¦ px({96.7}) & px({39.9})
        BR1 ¦ 3 ¦ BR14 ¦ px1({31.1})",
    ),
    ("drg_names.tsv", "drg ¦ name\nBB15 ¦ something in B"),
    (
        "ex_codes.tsv",
        "drg ¦ list ¦ code ¦ label
        BB1X ¦ zd ¦ B2 ¦ ·
        BB1X ¦ ss ¦ 22.2 ¦ ·",
    ),
    ("mcc.tsv", "code ¦ group\nM1 ¦ 2\nM2 ¦ 1"),
    (
        "mdc.tsv",
        "order ¦ mdc ¦ cond ¦ qy ¦ adrgs
        0 ¦ MDCA ¦ px0(VALID+{96.1}) & sex==1 & age==0 ¦ false & px(VALID) ¦ AA1,|QY|
        1 ¦ MDCZ ¦ dx0(mdc) & regions>=2 ¦ false ¦ ZZ1
        2 ¦ MDCB ¦ dx0(mdc) ¦ px0(VALID) ¦ BB1,BB2_1,|QY|,BR1,BS1",
    ),
    (
        "mdc_dx.tsv",
        "mdc ¦ code ¦ region
        MDCZ ¦ Z1 ¦ upper part
        MDCZ ¦ Z2 ¦ upper part
        MDCZ ¦ Z3 ¦ upper part
        MDCZ ¦ Z3 ¦ lower part
        MDCB ¦ B1 ¦ ·
        MDCB ¦ B2 ¦ ·
        MDCB ¦ B9 ¦ ·",
    ),
    (
        "scheme.toml",
        "code = \"smalltown_2025\"
        source = \"OpenDRG, Python edition: smalltown_2025\"
        retry_other_procedures = true

        [ungrouped]
        mdc = \"0000\"
        adrg = \"00\"
        group_code = \"0000A\"
        check_failed = \"\"

        [ambiguous]
        adrg = \"QY\"",
    ),
    ("ss_info.tsv", "code ¦ name\n11.1 ¦ one thing"),
    ("ss_map.tsv", "code ¦ to\n1 ¦ 11.1"),
    (
        "ss_valid.tsv",
        "code ¦ name\n11.1 ¦ one thing\n22.1 ¦ another\n22.2 ¦ ·\n33.3 ¦ more",
    ),
    ("zd_info.tsv", "code ¦ name\nB1 ¦ a disease"),
    ("zd_map.tsv", "code ¦ to\nb1 ¦ B1\nb2 ¦  B2\nb3 ¦ -"),
];

/// A file, a part of it, what stands there instead, and what is said of it.
pub(crate) const BROKEN: &[(&str, &str, &str, &str)] = &[
    (
        "Grouper.py",
        "  return '0000'",
        "  return 'B19'",
        "S112 Grouper.py:14: return 'B19' is not understood",
    ),
    (
        "Grouper.py",
        "    return r\n  message",
        "    return ''\n  message",
        "S112 Grouper.py:11: if r is not understood",
    ),
    (
        "Grouper_smalltown_2025.py",
        "ssList=[one]",
        "zdList=[one]",
        "S112 Grouper_smalltown_2025.py:9: if code=='0000' and len(record.ssList)>1 is not understood",
    ),
    (
        "Base.py",
        "code[:3],code)",
        "code[:4],code)",
        "S112 Base.py:4: if code=='0000' is not understood",
    ),
    (
        "Base.py",
        "said,'','','')",
        "said,'','','0')",
        "S112 Base.py:12: return GroupResult(index,status.value,said,'','','0') is not understood",
    ),
    (
        "MDC/MDCA.py",
        "or record.ssList[0] in",
        "or record.ssList[1] in",
        "S112 MDC/MDCA.py:4: record.ssList[1] in ['96.1'] is not understood",
    ),
    (
        "MDC/MDCA.py",
        "dept_list=[]",
        "dept_list=['01']",
        "S112 MDC/MDCA.py:3: dept_list=['01'] is not understood",
    ),
    (
        "MDC/MDCA.py",
        "return 'AQY'",
        "return 'BQY'",
        "S112 MDC/MDCA.py:10: BQY is no code of MDCA",
    ),
    (
        "MDC/MDCZ.py",
        "part_of[x]=part",
        "part_of[x]=x",
        "S112 MDC/MDCZ.py:5: part_of={} is not understood",
    ),
    (
        "MDC/MDCZ.py",
        "['upper part',",
        "['Z0','upper part',",
        "S112 MDC/MDCZ.py:2: mdc_zd is not understood",
    ),
    (
        "MDC/MDCB.py",
        "record.ssList and record.ssList[0] in SS_VALID",
        "record.dept",
        "S112 MDC/MDCB.py:17: record.dept is not understood",
    ),
    (
        "ADRG/AA1.py",
        "'AA1'",
        "'AB1'",
        "S112 ADRG/AA1.py:6: AB1 is no code of AA1",
    ),
    (
        "ADRG/AA1.py",
        "True and record.ssList and record.ssList[0] in adrg_ss",
        "record.zdList[0] in adrg_ss",
        "S112 ADRG/AA1.py:3: record.zdList[0] in adrg_ss is not understood",
    ),
    (
        "ADRG/AA1.py",
        "  adrg_ss=[\"11.1\",\"11.1\"]\n",
        "",
        "S112 ADRG/AA1.py:2: record.ssList[0] in adrg_ss is not understood",
    ),
    (
        "ADRG/BB2_1.py",
        "\"2\",\"3\"]",
        "\"2\"]",
        "S112 ADRG/BB2_1.py:6: labels=[adrg_ss1[adrg_ss.index(x)] for x in record.ssList if x in adrg_ss] is not understood",
    ),
    (
        "ADRG/BR1.py",
        "MDCB_DRG.BR12_group",
        "MDCB_DRG.BR1Z_group",
        "S107 ADRG/BR1.py:6: the folder has no DRG/MDCB_DRG.py: BR1Z_group",
    ),
    (
        "ADRG/BS1.py",
        "return 'BS1'",
        "return f'BS1'",
        "S112 ADRG/BS1.py:5: 'BS1' is not understood",
    ),
    (
        "DRG/MDCB_DRG.py",
        "1<=record.icuHours<=120",
        "record.icuHours>120 or record.age<1",
        "S112 DRG/MDCB_DRG.py:15: (record.icuHours>120 or record.age<1) is not understood",
    ),
    (
        "DRG/MDCB_DRG.py",
        "record.dept=='ICU'",
        "record.dept in adrg_zd",
        "S112 DRG/MDCB_DRG.py:17: record.dept in adrg_zd is not understood",
    ),
    (
        "DRG_EX/BB1X.py",
        "return True",
        "return False",
        "S112 DRG_EX/BB1X.py:4: if True and record.zdList[0] in adrg_zd and record.ssList and intersect(record.ssList[1:],adrg_ss) and has_cc(record.zdL… is not understood",
    ),
    (
        "DATA/CC.dat",
        "C1 2",
        "C1",
        "S112 DATA/CC.dat:1: this line should be a code, a blank and what is said of it: C1",
    ),
];
