import { leaked } from './leaked.ts'

/** What people in Egypt pick most (names, clubs, the year 2011, prayers), and what the leaks of elsewhere have not. */
const words = `
password password1 password12 password123 password1234 password! password1! p@ssword p@ssw0rd passw0rd passw0rd1 pass1234
pass12345 pa55word pa$$word mypassword newpassword yourpassword changeme changeme1 changeit default1 letmein1 letmein123
welcome1 welcome12 welcome123 welcome1234 iloveyou iloveyou1 iloveyou2 iloveyou! trustno1 sunshine sunshine1 princess
princess1 football football1 baseball baseball1 basketball superman superman1 batman123 spiderman spiderman1 starwars
starwars1 whatever whatever1 michael1 michelle jennifer jennifer1 jessica1 jordan23 charlie1 chocolate butterfly
computer computer1 internet internet1 samsung1 samsung123 dragon123 monkey123 master123 shadow123 killer123 hunter123
liverpool liverpool1 chelsea1 chelsea123 arsenal1 arsenal123 barcelona barcelona1 realmadrid juventus manchester
zamalek1 zamalek1911 zamalek123 alahly1907 alahly123 elahly1907 ahly1907 ahlawy1907 mosalah11 mohamedsalah
qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwerty1! 1qaz2wsx 1qaz2wsx3edc
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123 zxcvbnm,
asdfghjk asdfghjkl asdfghjkl1 asdf1234 asdfasdf asdf12345 qweasdzxc qweasd123 qazwsxedc qazwsx123 qwe123qwe 123qweasd
123qwe123 123qweasdzxc 1234qwer qwer1234 abcd1234 abcd12345 abc12345 abc123456 abcdefg1 a1234567 a12345678 a123456789
aa123456 aa12345678 asd123456 q1234567 1234abcd 12345qwert 123456qwerty 123456abc 1234567a 12345678a 123456789a 123456789q
12345678 123456789 1234567890 0123456789 01234567 987654321 9876543210 0987654321 09876543 12341234 12344321 123123123
123321123 1231231234 123454321 123456654321 11223344 1122334455 112233445566 11112222 12121212 13131313 10101010 20202020
21212121 31415926 55667788 66778899 77889900 99887766 147258369 159357159 159753159 123654789 789456123 741852963 963852741
147852369 951753852 74108520 14725836 19841984 19851985 19861986 19871987 19881988 19891989 19901990 19911991 19921992
19931993 19941994 19951995 20002000 20102010 20112011 25012011 06101973 20202021 20232024 20242025 20252026
admin123 admin1234 admin12345 admin123456 administrator adminadmin admin@123 root1234 rootroot toor1234 test1234 testtest
testing1 testing123 test12345 temp1234 temporary guest123 guest1234 user1234 demo1234 demodemo secret123 secret12 topsecret
server123 system123 oracle123 mysql123 postgres postgres1 docker123 ubuntu123 debian123 raspberry cisco123 backup123
mohamed1 mohamed12 mohamed123 mohammed mohammed1 mohammed123 muhammad muhammad1 ahmed123 ahmed1234 ahmed12345 mahmoud1
mahmoud123 mostafa1 mostafa123 mustafa123 ibrahim1 ibrahim123 abdallah abdallah1 abdullah abdullah1 khaled123 hassan123
hussein1 hussein123 youssef1 youssef123 marwan123 karim123 amr12345 tarek123 sherif123 omar1234 ali12345 fatma123 fatima123
mariam123 mariam12 aya12345 nour1234 habiba123 habibi123 habibi12 habibty1 omarabc1 allah123 allah1234 allahakbar
bismillah bismillah1 bismelah mashallah inshallah alhamdulillah hamdulillah subhanallah subhan123 astaghfirullah muslim123
islam123 islam1234 ramadan123 egypt123 egypt1234 egypt2011 egypt2020 egypt2025 egypt2026 masr1234 masr2011 masrawy1 cairo123
cairo1234 cairo2020 alexandria alex1234 giza1234 aswan123 pyramids1 sphinx123 nile1234 sahary123 sahary1234 saharycloud
solar123 solar1234 sunshine123 cloud123 cloud1234 vodafone vodafone1 vodafone123 orange123 etisalat etisalat1 we123456
facebook facebook1 facebook123 google123 gmail123 youtube1 youtube123 twitter1 instagram instagram1 whatsapp whatsapp1
minecraft minecraft1 pokemon123 naruto123 slipknot metallica metallica1 nirvana1 blink182 linkinpark eminem123 beyonce1
mercedes mercedes1 ferrari1 ferrari123 porsche1 corvette mustang1 mustang123 harley123 yamaha123 honda123 toyota123
michaeljordan lovelove loveyou1 loveme123 lover123 sweetheart babygirl babygirl1 blessed1 angel123 angels123 jesus123
jesuschrist christ123 godisgood heaven123 faithful freedom1 freedom123 peace123 happy123 happiness lucky123 money123
business1 success1 success123 diamond1 diamond123 platinum platinum1 elizabeth elizabeth1 alexander alexander1 alexandra
christian christian1 christopher nicholas nicholas1 benjamin samantha samantha1 stephanie victoria victoria1 isabella
anthony1 matthew1 jonathan daniel123 william1 richard1 patrick1 ashley123 brandon1 justin123 andrew123 thomas123 joshua123
november december february september october1 january1 summer123 summer2024 summer2025 summer2026 winter123 winter2025
winter2026 spring2025 spring2026 autumn2025 monday123 friday123 saturday wednesday thursday
`

/** Passwords that nobody may choose, in small letters; ASVS 5.0 6.2.4 asks for 3,000 that the policy would else admit. */
export const bannedPasswords: ReadonlySet<string> = new Set(`${leaked} ${words}`.trim().split(/\s+/))
