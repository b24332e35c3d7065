"""Words that carry no meaning of their own in a spoken sales call."""

STOP_WORDS: frozenset[str] = frozenset(
    """
    a about above actually after again against ah all already alright also although always am an and another any anybody
    anyone anything anyway anyways are aren't around as ask asked at away back basically be because been before being
    below between bit both but by bye call came can can't cannot cause come comes coming could couldn't course did
    didn't different do does doesn't doing don't done down during each either else enough er erm even ever every
    everybody everyone everything exactly fair far few fine for from further gave get gets getting give given gives go
    goes going gone gonna good got gotta great guess guys had hadn't happen happens has hasn't have haven't having he
    he's hello help her here hers herself hey hi him himself his hmm honest honestly how however i i'd i'll i'm i've if
    in instead into is isn't it it'd it'll it's its itself just keep keeps kind know knows known last least less let
    let's like likely literally little lot lots made make makes making many may maybe me mean means might mine more
    most mostly much must my myself need needed needs never nice no nobody none nor not nothing now obviously of off oh
    ok okay on once one ones only or other others otherwise our ours ourselves out over own part people perhaps please
    point possibly pretty probably put quite rather real really right said same saw say saying says see seem seems seen
    shall she should shouldn't since so some somebody somehow someone something sometimes somewhere sort still stuff
    such sure take taken takes taking talk tell than thank thanks that that'd that'll that's the their theirs them
    themselves then there there's these they they'd they'll they're they've thing things think thinking this those
    though thought through to today together told too took totally tried true try trying two uh um under until unless up
    upon us use used using very via want wanted wants was wasn't way we we'd we'll we're we've well went were weren't
    what what's whatever when where whether which while who whole whose why will with within without won't wonder work
    works would wouldn't yeah yep yes yet you you'd you'll you're you've your yours yourself guy mate
    first second third half three four five six seven eight nine ten eleven twelve hundred thousand dozen couple
    """.split()
)
