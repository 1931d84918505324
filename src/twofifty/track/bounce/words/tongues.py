"""The same in other languages than English, as sites say it that answer in their own."""

from typing import Final

FULL: Final = r"""
(?:postfach|mailbox|konto)(?: \S{1,60}){0,5} (?:voll|.berschritten|ersch.pft|.berf.llt)
(?:speicherplatz|quota)(?: \S{1,60}){0,5} (?:voll|.berschritten|ersch.pft|.berf.llt)
bo[iî]te(?: \S{1,40}){0,6} pleine
quota(?: \S{1,20}){0,2} (?:d.pass|atteint|superad|excedid|superat)
(?:buz[oó]n|cuenta)(?: \S{1,40}){0,4} (?:llen[oa]|excedid)
cuota(?: \S{1,20}){0,2} (?:excedid|superad)
casella(?: \S{1,40}){0,4} piena
caixa(?: \S{1,40}){0,5} cheia
mailbox(?: \S{1,30}){0,2} (?:vol|pe.n[ay]|full)\b
メールボックスが(?:一杯|いっぱい)
容量(?:が|を)?(?:一杯|超)
ボックス.{0,6}(?:一杯|いっぱい)
邮箱.{0,6}(?:已满|满|空间)
信箱.{0,4}(?:已滿|滿)
ящик.{0,20}(?:переполн|полон)
превышен.{0,20}(?:квот|размер)
квот.{0,20}превыш
메일함.{0,10}(?:용량|가득)
용량.{0,6}초과
(?:skrzynka|schr[áa]nka)(?: \S{1,40}){0,4} (?:pe[łl]na|pln[áa]|przepe)
posta kutusu.{0,20}dolu
postl[åa]d\w* .{0,20}(?:full|fuld)
"""

UNKNOWN: Final = r"""
(?:empf.nger|benutzer|adressat|postfach|adresse|nutzer|mailbox|user)(?: \S{1,80}){0,5}[ ]
    (?:unbekannt|nicht (?:gefunden|bekannt|vorhanden|existiert|erreichbar|verf)|existiert nicht
    |ung.ltig)
unbekannte[rn]? (?:empf|benutz|nutz|adress)
kein(?:en?)? solche[rns]? (?:benutz|empf|postf)
(?:utilisateur|destinataire|adresse|bo[iî]te|compte)(?: \S{1,80}){0,5} inconnue?
(?:utilisateur|destinataire|adresse|bo[iî]te|compte)(?: \S{1,80}){0,5} inexistante?
(?:utilisateur|destinataire|adresse|bo[iî]te|compte)(?: \S{1,80}){0,5} introuvable
(?:utilisateur|destinataire|adresse|bo[iî]te|compte)(?: \S{1,80}){0,5} (?:invalide|n.existe)
(?:utilisateur|destinataire|adresse|bo[iî]te|compte)(?: \S{1,80}){0,5} non valide
(?:utilisateur|destinataire|adresse|bo[iî]te|compte)(?: \S{1,80}){0,5} pas trouv
n.a pas [eé]t[eé] trouv
n.existe pas
(?:usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n)(?: \S{1,80}){0,5} desconocid
(?:usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n)(?: \S{1,80}){0,5} inexistente
(?:usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n)(?: \S{1,80}){0,5} no existe
(?:usuario|destinatario|direcci[oó]n)(?: \S{1,80}){0,5} no (?:es )?(?:v[aá]lid|encontrad)
(?:cuenta|buz[oó]n)(?: \S{1,80}){0,5} no (?:es )?(?:v[aá]lid|encontrad)
(?:usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n)(?: \S{1,80}){0,5} inv[aá]lid
no existe(?: \S{1,20}){0,3} (?:usuario|cuenta|buz)
no se encontr
(?:utente|destinatario|casella|indirizzo)(?: \S{1,80}){0,5} (?:sconosciut|inesistent)
(?:utente|destinatario|casella|indirizzo)(?: \S{1,80}){0,5} non (?:esiste|trovat|valid)
(?:usu[aá]rio|destinat[aá]rio|endere[cç]o|conta|caixa)(?: \S{1,80}){0,5} desconhecid
(?:usu[aá]rio|destinat[aá]rio|endere[cç]o|conta|caixa)(?: \S{1,80}){0,5} inexistente
(?:usu[aá]rio|destinat[aá]rio)(?: \S{1,80}){0,5} n[aã]o (?:exist|encontrad|[eé] v[aá]lid)
(?:endere[cç]o|conta|caixa)(?: \S{1,80}){0,5} n[aã]o (?:exist|encontrad|[eé] v[aá]lid)
(?:usu[aá]rio|destinat[aá]rio|endere[cç]o|conta|caixa)(?: \S{1,80}){0,5} inv[aá]lid
(?:gebruiker|ontvanger|adres|postvak)(?: \S{1,80}){0,5} (?:onbekend|niet (?:gevonden|bekend))
(?:gebruiker|ontvanger|adres|postvak)(?: \S{1,80}){0,5} (?:bestaat niet|ongeldig)
宛先(?:不明|が?(?:見つかり|存在し|ありま))
(?:ユーザ|アドレス|メールアドレス|受信者).{0,12}(?:存在しま|見つかりま|不明|ありません|見つけ)
見つかりません
(?:пользовател|адрес|ящик|получател).{0,30}(?:не существует|не найден|неизвест|недействит)
(?:пользовател|адрес|ящик|получател).{0,30}не зарегистр
нет такого
(?:用户|收件人|邮箱|帐号|账号|地址).{0,10}(?:不存在|无效|未找到|不正确)
(?:使用者|收件者|信箱).{0,8}(?:不存在|無效)
사용자.{0,10}(?:없|존재)
존재하지 않
(?:u[zż]ytkownik|adresat|skrzynka|odbiorca|u[zž]ivatel|p[rř][ií]jemce)(?: \S{1,60}){0,4}[ ]
    (?:nie istnieje|nieznan|neexistuje|nezn[aá]m|nie znalez|nenalezen)
(?:mottagar|modtager|mottaker|k[aä]ytt[aä]j)\S*(?: \S{1,60}){0,4} (?:ok[aä]nd|ukendt|ukjent)
(?:mottagar|modtager|mottaker|k[aä]ytt[aä]j)\S*(?: \S{1,60}){0,4} (?:finns inte|findes ikke)
(?:mottagar|modtager|mottaker|k[aä]ytt[aä]j)\S*(?: \S{1,60}){0,4} (?:finnes ikke|tuntematon)
(?:mottagar|modtager|mottaker|k[aä]ytt[aä]j)\S*(?: \S{1,60}){0,4} ei l[oö]y
kullan[iı]c[iı].{0,20}bulunamad
"""

DISABLED: Final = r"""
(?:konto|postfach|benutzer)(?: \S{1,60}){0,4} (?:gesperrt|deaktiviert|inaktiv)
(?:compte|bo[iî]te)(?: \S{1,60}){0,4} (?:d[eé]sactiv|bloqu|suspendu|archiv|ferm)
(?:cuenta|conta|buz[oó]n)(?: \S{1,60}){0,4} (?:desactivad|deshabilitad|suspens?[oa]|suspendid)
(?:cuenta|conta|buz[oó]n)(?: \S{1,60}){0,4} (?:desativad|bloquead|inativ)
(?:casella|account)(?: \S{1,60}){0,4} (?:disabilitat|sospes|disattivat)
ящик.{0,20}(?:отключ|заблок)
заблокирован
(?:账号|帐号|邮箱|用户).{0,8}(?:停用|冻结|禁用|锁定)
휴면
利用停止
停止されて
使用されていません
"""

HOST: Final = r"""
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} unbekannt
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} nicht gefunden
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} inconnu
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} introuvable
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} inexistant
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} desconocid
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} no existe
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} no encontrad
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} sconosciut
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} inesistente
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} non trovat
(?:domain|domaine|dominio|dom[ií]nio|rechner)(?: \S{1,80}){0,3} n[aã]o (?:exist|encontr)
(?:server|host)(?: \S{1,80}){0,3} n[aã]o (?:exist|encontr)
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} existiert nicht
(?:domain|domaine|dominio|dom[ií]nio|rechner|server|host)(?: \S{1,80}){0,3} onbekend
ホスト.{0,10}(?:不明|見つかり)
ドメイン.{0,10}(?:不明|存在し|見つかり)
домен.{0,20}(?:не найден|не существ)
域名.{0,6}(?:不存在|无法|错误)
"""

SPAM: Final = r"""
迷惑メール
スパム
垃圾邮件
垃圾郵件
спам
스팸
pourriel
correo (?:no deseado|basura)
mensaje rechazado
message rejet
nachricht (?:wurde )?abgelehnt
"""

LATER: Final = r"""
(?:vor[uü]bergehend|zeitweilig|sp[aä]ter (?:noch|erneut|wieder))
r[eé]essay
temporairement
ult[eé]rieurement
m[aá]s tarde
temporalmente
pi[uù] tardi
temporaneamente
mais tarde
temporariamente
一時的
しばらく
稍后
暂时
временно
позже
verz[oö]gert
retard[eé]
"""

EXPIRED: Final = r"""
zeit(?:limit|.berschreitung)
zu lange
d[eé]lai (?:d.pass|expir)
tiempo(?: \S{1,20}){0,3} (?:agotad|excedid|expirad)
tempo(?: \S{1,20}){0,3} (?:scadut|esgotad|excedid)
タイムアウト
時間内に
超时
истек
시간 초과
"""
