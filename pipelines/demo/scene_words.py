"""The words of each invented scene: banks for the slots, patterns of titles and of artists' names. See words.py."""

from pipelines.demo.words import Words, bank

WORDS = {
    "folk": Words(
        {
            "noun": bank(
                "Orchard | Lantern | Willow | Ferry | Kettle | Barley | Hollow | Sparrow | Hearth | Threshold | "
                "River | Almanac | Cartwheel | Thimble | Heron | Meadow | Chapel | Windowsill | Harvest | Candle | "
                "Bramble | Letter | Quilt | Hillside"
            ),
            "place": bank(
                "Aldermoor | the Weir | Saltmarsh Lane | the Upper Field | Wren Hill | the Ferry House | Pencarrow "
                "| the North Shore | Thornbury Mill | the Valley | Kilbrannan | the Old Bridge"
            ),
            "person": bank(
                "Marianne | Eliza | Tom Calder | Rosalind | Young Edmund | Annabel | Old Josiah | Margery | Isobel"
            ),
            "act": bank(
                "Carry Me | Wait for Me | Leave the Porch Light On | Mend the Nets | Come In from the Rain | Sing "
                "Me Down | Lay Your Burden | Walk Me Home | Hold the Gate"
            ),
        },
        bank(
            "{noun} Song | The {noun} and the {noun} | {mood} {noun} | {person}, Slowly | {act} | Down by {place} | "
            "Letter from {place} | {person} of {place} | All My {nouns} | {number} {nouns} | {act} till {time} | A "
            "{noun} for {person} | When the {noun} Was New | {time} at {place} | What the {noun} Knew | Nobody's "
            "{noun}"
        ),
        bank(
            "{first} {last} | {first} {last} | {first} {last} | {first} & {first} | The {noun} Keepers | {noun} & "
            "{noun} | {first} and the {nouns} | The {last} Sisters | {colour} {noun} | {last} Lane"
        ),
    ),
    "country": Words(
        {
            "noun": bank(
                "Highway | Saddle | Tailgate | Whiskey | Dust | Mercy | Boxcar | Fence Line | Jukebox | Cottonwood "
                "| Rodeo | Porch | Gravel | Radio | Truck Stop | Denim | Prairie | Headlight | Mockingbird | Pawn "
                "Shop"
            ),
            "place": bank(
                "Mercer County | the Cimarron Line | Dry Fork | Ellis Junction | Tulip Creek | the Panhandle | "
                "Harlan Flats | Route Nineteen | Cedar Gap | San Amaro | Lonely Mile | the Feed Store"
            ),
            "person": bank(
                "Darlene | Jolie Ann | Mama | Your Daddy | Old Preacher Bell | Loretta June | My Brother | the Sheriff"
            ),
            "act": bank(
                "Pour One More | Turn This Truck Around | Quit Calling | Drive All Night | Say It Sober | Lose My "
                "Number | Come Back Easy | Pray for Rain"
            ),
        },
        bank(
            "{noun} and {noun} | {mood} {noun} | {act} | {place} Blues | Halfway to {place} | {person} Told Me So | "
            "{act} ({person}'s Song) | Last {noun} in {place} | {number} Miles from {place} | This Old {noun} | She "
            "Took the {noun} | {noun} Don't Lie | Too Much {noun} | {time} in {place} | If {person} Could See Me "
            "Now | {noun} before {time}"
        ),
        bank(
            "{first} {last} | {first} {last} | {first} {last} | {first} Lee {last} | {first} Ray {last} | The "
            "{last} Brothers | The {place_short} Ramblers | {noun} {last} | The {colour} {noun} Band | {last} & "
            "Daughters"
        ),
    ),
    "rock": Words(
        {
            "noun": bank(
                "Engine | Avenue | Thunder | Mirror | Parade | Skyline | Tiger | Voltage | Carousel | Satellite | "
                "Kingdom | Motor | Window | Sermon | Neon | Wildfire | Lighthouse | Alibi | Cannonball | Paper Crown | "
                "Staircase | Telephone"
            ),
            "place": bank(
                "Cathedral Street | the Boulevard | Exit Nine | Sunset Parade | the Far Side | Harbour Town | "
                "Station Road | the Great Divide | Kingsland | the Underpass | Coral Avenue"
            ),
            "person": bank(
                "Veronica | Sister Jane | Mister Halloran | Caroline | the Colonel | Ruby | Little Anna | Doctor Moon"
            ),
            "act": bank(
                "Burn It Slow | Shake It Loose | Get Out Alive | Turn the Lights Up | Keep on Running | Call My "
                "Bluff | Hold the Line Open | Don't Wake the House | Take the Long Road"
            ),
        },
        bank(
            "{noun} {noun} | {mood} {noun} | {act} | {person} | {colour} {noun} | King of {place} | {noun} at "
            "{place} | Electric {noun} | {act}, {person} | Meet Me at {place} | {number} Ways to Fall | Sons of the "
            "{noun} | {noun} Fever | Riding the {noun} | {time} Riot | Ain't No {noun} | {person} and the {noun} | "
            "Under the {noun}"
        ),
        bank(
            "The {mood_any} {nouns} | The {colour} {nouns} | {noun} {noun} | {mood_any} {noun} | {first} {last} "
            "Band | {last}'s {noun} | The {last} Affair | {noun} Parish | {number_band} {noun} Low | {first} {last} "
            "| {colour} {last} | The Late {last}s"
        ),
    ),
    "metal": Words(
        {
            "noun": bank(
                "Ash | Throne | Iron | Plague | Wolf | Cathedral | Oath | Serpent | Gibbet | Ember | Monolith | "
                "Crypt | Tempest | Marrow | Obelisk | Hammer | Eclipse | Raven | Wound | Furnace | Catacomb | "
                "Leviathan"
            ),
            "place": bank(
                "the Abyss | Karsova Vale | the Ninth Gate | Mount Erebane | the Salt Waste | the Black Fen | Oblivion"
            ),
            "person": bank(
                "the Widow King | the Pale Rider | Saint Morrow | the Gravewright | Mother Famine | the Hangman"
            ),
            "bright": bank("Crimson | Burning | Eternal | Wild | Unbroken | Molten | Risen"),
            "dark": bank("Hollow | Pale | Buried | Forsaken | Black | Silent | Rotten | Endless | Cold"),
            "act": bank(
                "Bow to None | Feed the Fire | Bury the Sun | Raise the Banners | Swallow the Sky | Break the Wheel"
            ),
        },
        bank(
            "{noun} of {nouns} | Throne of {noun} | {act} | The {noun} and the {noun} | Beneath {place} | Hymn for "
            "{person} | {noun}bound | {mood} Is the {noun} | March to {place} | {number} {nouns} Falling | Children "
            "of the {noun} | Black {noun} Rising | {act} (Prelude) | When {nouns} Devour | {noun} Eater | I, {noun} "
            "| Toll of {place}"
        ),
        bank(
            "{noun}wrath | {noun}mourn | {noun} Hollow | {noun} Covenant | Grave {noun} | {colour} {noun} | Of "
            "{noun} and {noun} | {noun}spire | {place_short} Rites | Vast {noun} | Nordvarg {noun} | {noun}forge"
        ),
    ),
    "indie": Words(
        {
            "noun": bank(
                "Polaroid | Swimming Pool | Cassette | Balcony | Postcard | Aquarium | Telescope | Cardigan | "
                "Greenhouse | Ghost | Elevator | Paper Moon | Lemonade | Static | Bicycle | Chandelier | Moth | "
                "Daydream | Tennis Court | Veil | Sugar"
            ),
            "place": bank(
                "Room Twelve | the Ice Rink | Ocean Terminal | Your Mother's Kitchen | the Suburbs | Platform Three "
                "| the Night Bus | Gothenborg | the Public Baths | the Second Floor"
            ),
            "person": bank("Emmeline | Clara | Your Ex | Everyone I Know | the Lifeguard | Johanna | My Better Half"),
            "act": bank(
                "Stay Inside | Forget the Ending | Pretend to Sleep | Learn to Swim | Miss the Train | Write It "
                "Down | Blush | Drift Off | Leave Quietly | Go Soft"
            ),
        },
        bank(
            "{noun} Season | {noun} Weather | {act} | {mood} {noun} | {place} | I Was a {noun} | Half {noun} | "
            "{person} Is "
            "Asleep | {noun} Hearts | {act} ({time}) | Crush on {person} | Slow {noun} | {noun} at {place} | Not "
            "Your {noun} | {colour} {noun} | {time}, Again | Anything but {nouns} | Everything {mood}"
        ),
        bank(
            "{noun} Club | {mood_any} {nouns} | {mood_any} {noun} | The {noun} Years | {first} {last} | Dear "
            "{first} | {noun} Department | {colour} {noun} | Soft {noun} | No {noun} | {noun} & Sons | Les {nouns} "
            "| {last} Hours"
        ),
    ),
    "pop": Words(
        {
            "noun": bank(
                "Heartbeat | Mirrorball | Signal | Fever | Sugar | Lipstick | Gravity | Magnet | Firework | Halo | "
                "Secret | Rooftop | Champagne | Shadow | Perfume | Paradise | Cherry | Confetti | Telepathy | "
                "Aftershock"
            ),
            "place": bank(
                "the Dance Floor | Paradise Bay | the Rooftop | Tokyo Station | the Back Seat | Marina Drive | the "
                "Motorway"
            ),
            "person": bank("Baby | Stranger | My Friends | Michelle | Romeo | Mister DJ"),
            "act": bank(
                "Say It Twice | Kiss Me Hello | Call Me Later | Don't Let Go Yet | Dance It Off | Take My Number | "
                "Turn Me Up | Stay the Weekend | Run It Back | Make Me Blush | Tell Everybody"
            ),
        },
        bank(
            "{act} | Pure {noun} | {noun} Love | {mood} {noun} | {act} Tonight | {noun} at {place} | Only {noun} | "
            "{noun} 2 {noun} | Oh No, {person} | Like {noun} | {number} Minutes of {noun} | {act}, {person} | Boys & "
            "{nouns} | {noun} (Oh Oh Oh) | More {noun} | {time} Crush | We Are {noun}"
        ),
        bank(
            "{first} {initial} | {first} {last} | {first} {last} | {noun} Boulevard | Miss {noun} | The {noun} Set "
            "| {first} + {first} | {noun} {noun} | Club {last} | {first} & the {nouns} | {colour} {noun} | Hotel "
            "{last}"
        ),
    ),
    "soul": Words(
        {
            "noun": bank(
                "Love | Groove | Mercy | Honey | Feeling | Sunshine | Corner | Telephone | Promise | Rhythm | Sugar "
                "| Trouble | Satin | Glory | Midnight | Faith | Butter | Backbone | Butterfly | Strut"
            ),
            "place": bank(
                "Beale Avenue | the South Side | Grand Central | Mama's House | the Ballroom | Tenth and Main | the "
                "Starlight"
            ),
            "person": bank("Darling | Brother Man | Miss Ernestine | Sugar | My Woman | Uncle Roscoe | Pretty Baby"),
            "act": bank(
                "Give It Here | Get on the Floor | Hold On to Me | Do Right | Move Your Feet | Bring It Home | Let "
                "It Simmer | Come Correct | Keep It Tight | Love Me Regular"
            ),
        },
        bank(
            "{act} | {mood} {noun} | (I Got) {noun} | {noun} Train | {act}, {person} | Too Much {noun} | {person}'s "
            "{noun} | One More {noun} | {noun} at {place} | Your {noun} Is My {noun} | Ain't That {noun} | {noun} "
            "Machine | {act} (Part 1) | {act} (Part 2) | Dancing at {place} | {noun} Is a Full-Time Job | {number} "
            "Kinds of {noun} | Ooh, {person}"
        ),
        bank(
            "{first} {last} | {first} {last} | The {last} Family | {first} & the {noun} Makers | The Fabulous "
            "{last}s | The {noun} Society | {last} Street Horns | The {colour} {nouns} | {first} {last} & Company | "
            "Sister {first} | The {number_band} {nouns}"
        ),
    ),
    "hip hop": Words(
        {
            "noun": bank(
                "Crown | Block | Ledger | Cipher | Concrete | Paper | Chrome | Static | Corner Store | Blueprint | "
                "Halo | Receipt | Ceiling | Motion | Smoke | Ladder | Pressure | Passport | Rent | Gospel | Lobby"
            ),
            "place": bank(
                "the Sixth Floor | Eastbound | the Stairwell | Courtyard Nine | the Lobby | Fulton Terrace | My "
                "Mother's Block"
            ),
            "person": bank("Grandma | the Landlord | My Cousin | Young Me | the Plug | Coach | Nobody"),
            "act": bank(
                "Talk Heavy | Count It Up | Stay Dangerous | Let It Breathe | Mind the Business | Run the Tape | "
                "Speak on It | Keep Receipts | Sleep When It's Paid"
            ),
        },
        bank(
            "{noun} Talk | {act} | No {noun} | {noun} Music | {mood} {noun} | {noun} Freestyle | {act} (Interlude) "
            "| {place} | Dear {person} | {number} {nouns} | {noun} on {noun} | Off the {noun} | {noun} & {noun} | "
            "{time} in {place} | Tell {person} | {colour} {noun} | {noun} Theory"
        ),
        bank(
            "Yung {last} | {first} {noun} | Kid {last} | MC {first} | {noun} {first} | {last} the {noun} | Big "
            "{first} | {noun} Fam | {first} Wavey | {number_band} {noun} Deep | Lady {last} | {noun} Council | "
            "beats by {first} | J. {last}"
        ),
    ),
    "electronic": Words(
        {
            "noun": bank(
                "Vector | Pulse | Circuit | Lumen | Relay | Phase | Glass | Oxide | Module | Helix | Signal | Axis "
                "| Prism | Voltage | Delta | Carbon | Meridian | Cascade | Filter | Orbit | Latch | Parallax"
            ),
            "place": bank(
                "Warehouse C | Kreuzfeld | Sector Five | the Basement | Hafenstrasse | Terminal West | Low Orbit | "
                "Studio Zwei"
            ),
            "person": bank("the Operator | Machine Mother | Monika | the Night Porter"),
            "act": bank(
                "Hold Pattern | Let Go | Feel It Coming | Work It Out | Lose Control Slowly | Rise Again | Stay Awake"
            ),
            "german": bank(
                "Nachtfahrt | Gleisdreieck | Morgenrot | Funkstille | Wellenbrecher | Stahlregen | Lichtung | "
                "Zwischenzeit"
            ),
        },
        bank(
            "{noun} | {noun} {roman} | {act} | {noun} Shift | {german} | {mood} {noun} | {place} | {noun} ({mix} "
            "Mix) | {code} | {noun} Theory | {noun}/{noun} | {act} ({time}) | Sub {noun} | {number} Hertz | "
            "{german} {roman} | In {noun}"
        ),
        bank(
            "{noun}form | {noun} Unit | DJ {last} | {first} {last} | {code} | {noun} & {noun} | {german} {digit} | "
            "Doktor {last} | {noun}wave | {noun} State | {first} vs. {first} | Klub {last} | Mono {last}"
        ),
    ),
    "ambient": Words(
        {
            "noun": bank(
                "Lichen | Tide | Glacier | Fog | Aurora | Stillness | Estuary | Snow | Horizon | Petal | Moss | "
                "Salt | Drift | Moon | Harbour | Silt | Feather | Basalt | Dew | Pine"
            ),
            "place": bank(
                "Hvalfjord | an Empty Station | the Reading Room | Lake Orta | the Lighthouse | Kiruna | a Closed "
                "Museum | the Tarn"
            ),
            "form": bank("Study | Nocturne | Fragment | Variation | Field Note | Prelude | Reflection | Figure"),
            "north": bank("Kvöld | Snjór | Þoka | Hav | Tåke | Stjärna | Mánaljós | Stilla | Himmel"),
        },
        bank(
            "{noun} {form} No. {digit} | {noun} | {north} | {mood} {noun} | {form} for {place} | {noun}, {noun} | "
            "{place} | {noun} {roman} | Toward {place} | {time} ({form}) | {noun} Without {noun} | {north} {roman} "
            "| What Remains of {noun} | {form} in {colour}"
        ),
        bank(
            "{first} {last} | {first} {last} | {noun} Archive | {noun} & {noun} | {north} {digit} | {last} Ensemble "
            "| {noun} Institute | Slow {noun} | {first} {last} Trio | The {noun} Room | {north} {noun}"
        ),
    ),
    "jazz": Words(
        {
            "noun": bank(
                "Ballad | Bounce | Waltz | Alley | Silhouette | Parlour | Cobalt | Smoke | Corner | Lullaby | Velvet "
                "| Stroll | Fedora | Monsoon | Prism | Cinnamon | Detour | Satchel | Umbrella | Almond"
            ),
            "place": bank(
                "Lenox Terrace | Pier Seventeen | Rue Lafontaine | the Blue Parrot | Kyoto Alley | Union Hall | the "
                "Cellar | Lisboa"
            ),
            "person": bank("Clarice | Mister Webb | Yusef | Nadine | Ornella | Uncle Teddy | My Daughter"),
            "act": bank(
                "Don't Hurry | Take It Easy | Guess Again | Come Back Monday | Look Who's Talking | Mind the Rain"
            ),
        },
        bank(
            "Blues for {person} | {noun} Street | {person}'s {noun} | {mood} {noun} | {act} | {time} at {place} | "
            "Waltz for {person} | The {noun} | {place} | {noun} in {key} | Minor {noun} | {number} Steps | {colour} "
            "{noun} | Alone with the {noun} | Theme from {place} | Portrait of {person} | If I Were a {noun}"
        ),
        bank(
            "{first} {last} Quartet | {first} {last} Trio | {first} {last} | {first} {last} | {first} {last} "
            "Quintet | {last} & {last} | The {last} Sextet | {first} {last} Orchestra | The {colour} {noun} Five"
        ),
    ),
    "latin": Words(
        {
            # Every noun includes its article, so that adjectives agree.
            "el": bank(
                "el Mar | la Luna | el Puerto | la Noche | el Río | la Calle | el Viento | la Lluvia | el Sol | la "
                "Guitarra | el Silencio | la Ventana | el Camino | la Madrugada | el Jardín | la Distancia"
            ),
            "de": bank(
                "de Sal | de Fuego | de Azúcar | de Papel | de Abril | de Cristal | de Arena | de Seda | de Canela "
                "| sin Prisa"
            ),
            "cosa": bank(
                "Corazón | Barco | Vestido | Pueblo | Rosa | Cielo | Sombra | Beso | Café | Palabra | Piel | "
                "Domingo | Paloma"
            ),
            "mulher": bank("Marisol | Lucía | Teresa | Doña Inés | Morena | Rosalba | Esperanza | Carmelina"),
            "verbo": bank(
                "Espérame | Cántame | Vuelve | Dímelo | Báilame | Olvídame | Llévame | No Me Digas | Quédate"
            ),
            "lugar": bank("Cartaya | Puerto Lindo | San Telmar | Santa Amalia | Habana Clara | Veracielo | Olinda"),
        },
        bank(
            "{cosa} {de} | {verbo} | {verbo}, {mulher} | Canción de {mulher} | {cosa} y {cosa} | Bajo {el} | Entre "
            "{el} y {el} | Adiós, {mulher} | Carta a {mulher} | Noches de {lugar} | {cosa} {de} en {lugar} | Hasta "
            "{el} | Como {el} | Mi {cosa} {de} | Otra Vez {el} | {mulher} | Sin {cosa}"
        ),
        bank(
            "{nombre} {apellido} | {nombre} {apellido} | {nombre} {apellido} | Los {plural} {de} | Orquesta "
            "{apellido} | Conjunto {lugar} | {nombre} y su Combo | Trio {apellido} | Sonora {apellido} | La Banda "
            "{de} | Hermanos {apellido}"
        ),
    ),
    "afro": Words(
        {
            "swahili": bank(
                "Bahari | Nyota | Safari ya Usiku | Mvua ya Asubuhi | Jua la Jioni | Mwezi | Barua | Habari ya Leo "
                "| Njia Ndefu | Upepo | Furaha"
            ),
            "noun": bank(
                "Drum | Market | Ferry | Sun | River | Rain | Harvest | Highway | Dance | Guitar | Palm | Lorry | "
                "Caravan | Festival"
            ),
            "place": bank(
                "Kumasi Road | Lagos Island | the Delta | Tamale | Zanzibar Quay | Agadez | Ibadan Junction | the Coast"
            ),
            "person": bank("Mama Adjoa | Sister Amina | Uncle Kofi | Bintou | Chief Driver | Papa Sory | Abena"),
            "place_short": bank("Kumasi | Tamale | Djoliba | Bamanda | Mopti | Volta | Benue | Pemba | Lokoja | Sahel"),
            "act": bank(
                "Dance with Me | No Hurry | Everybody Move | Tell Them We Came | Come Together Now | Shake Your Waist"
            ),
        },
        bank(
            "{swahili} | {act} | {noun} No Dey Sleep | {person} | {noun} Highlife | {place} Special | {act}, "
            "{person} | {mood} {noun} | {noun} Power | {time} in {place} | {swahili} ({noun} Song) | Song for "
            "{person} | {number} {nouns} | Palava at {place} | {noun} of {place}"
        ),
        bank(
            "{afro_first} {afro_last} | {afro_first} {afro_last} | {afro_first} {afro_last} & the {noun} Stars | "
            "Orchestre {afro_last} | The {afro_last} Brothers | {place_short} {number_band} | {afro_first} & "
            "{afro_first} | Tin-{afro_last} | {afro_last} Highlife Band | Étoile de {place_short}"
        ),
    ),
}
