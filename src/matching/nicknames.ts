/** Given names and what they are shortened to, folded. A short form may stand for several names. */
const SHORT_FORMS = `
abigail abby gail; albert al bert; alexander alex sandy sasha; alexandra alex sandra; alice ali; andrew andy drew
anna annie ann; anthony tony; antonia toni; barbara barb babs; benjamin ben benny; bernard bernie; catherine cathy kate
charles charlie chuck; charlotte lottie charlie; christian chris; christina tina chris; christopher chris kit
daniel dan danny; david dave davey; deborah deb debbie; dorothy dot dolly; edward ed eddie ted ned; eleanor nell ellie
elizabeth liz beth betty eliza lizzie; emily em emmy; eugene gene; florence flo; frances fran fanny; francis frank
franziska franzi; frederick fred freddie; friedrich fritz fred; gabriel gabe; george georgie; gerald gerry jerry
gregory greg; hannah anna; harold harry hal; heinrich heinz; helen nell; henry harry hank; isabella bella izzy
jacob jake; james jim jimmy jamie; jennifer jen jenny; jessica jess jessie; johann hans; johannes hans; john jack johnny
jonathan jon; joseph joe joey; joshua josh; judith judy; julia jules; karl charly; katharina kathi kaethe
katherine kate kathy katie; kenneth ken kenny; lawrence larry; leonard leo len lenny; lucy lou; madeleine maddie
margaret maggie meg peggy greta; margarete gretel greta; maria mia; martha patty; martin marty; mary molly polly mae
matilda tilly; matthew matt; maximilian max; michael mike mick mickey; nancy ann; natalie nat; nathaniel nathan nat
nicholas nick nicky; oliver ollie; pamela pam; patricia pat patty tricia; patrick pat paddy; peter pete
philip phil; rebecca becky; richard dick rick rich; robert bob rob bobby robbie bert; ronald ron ronnie; rosemary rose
rudolf rudi; samantha sam; samuel sam sammy; sarah sally sadie; sebastian basti; sophia sophie; stephen steve
susan sue susie; theodore ted theo; theresa tess terry; thomas tom tommy; timothy tim timmy; victoria vicky
vincent vince vinny; virginia ginny; walter walt wally; wilhelm willi; william bill will billy willy; zachary zach`

const namesOf = new Map<string, Set<string>>()
for (const group of SHORT_FORMS.split(/[;\n]/)) {
  const [name = '', ...shorts] = group.trim().split(' ')
  for (const form of [name, ...shorts]) namesOf.set(form, (namesOf.get(form) ?? new Set()).add(name))
}

/** The full names that a folded given name may stand for; none where it is no name we know a short form of. */
export function fullNames(given: string): ReadonlySet<string> {
  return namesOf.get(given) ?? NONE
}

const NONE: ReadonlySet<string> = new Set()

/** Whether one is a short form of the other, or both of one name. */
export function isNickname(a: string, b: string): boolean {
  return !fullNames(a).isDisjointFrom(fullNames(b))
}
