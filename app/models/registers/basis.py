"""Why the registers keep what they keep: purposes and the laws that give them (个人信息保护法 第五、六、十三条)."""

from __future__ import annotations

from app.models.register import Basis

IDENTITY = Basis("识别登记对象", "户口登记条例 第四条")
RESIDENCE = Basis("掌握实有人口、提供公共服务", "户口登记条例 第三条、第五条")
CONTACT = Basis("办理事项时联系", "个人信息保护法 第十三条第一款第三项")
OFFICE = Basis("机构与地点的公开信息，不是个人信息", "地方各级人民代表大会和地方各级人民政府组织法")
STAFF = Basis("确认经办人身份与权限", "个人信息保护法 第五十一条")
MEDIATION = Basis("登记、记录并归档人民调解", "人民调解法 第二十七条")
AGREEMENT = Basis("载明调解协议", "人民调解法 第二十八条、第二十九条")
STAY = Basis("登记流动人口居住情况", "户口登记条例 第十五条；省流动人口居住登记条例（可登记事项）")
PERMIT = Basis("提醒申领居住证和签注", "居住证暂行条例 第二条、第十条")
DWELLING = Basis("留存居住地住址、就业、就读的证明材料", "居住证暂行条例 第九条")
RENTAL = Basis("登记租赁房屋和出租人", "租赁房屋治安管理规定；住房租赁条例")
HAZARD = Basis("登记隐患并督促整改", "安全生产法；消防法；乡镇平安建设工作职责")
PATROL = Basis("记录治安巡逻与隐患", "乡镇平安建设工作职责；人民警察法 第六条")
