/**
 * Kinds of DNS names that say something about who asks. Both lists are of public services of many owners, used by
 * programs of all sorts; neither is a list of bad names.
 */

/** Services whose only use is to tell a caller its own public address: what malware asks first, and browsers never. */
const ADDRESS_ECHO =
  /(^|\.)(ipify\.org|icanhazip\.com|ip-api\.com|ipapi\.co|ipinfo\.io|ifconfig\.(me|co|io)|ipecho\.net|ident\.me|seeip\.org|my-ip\.io|myip\.com|myexternalip\.com|wtfismyip\.com|whatismyip\.(com|akamai\.com)|whatismyipaddress\.com|geoplugin\.net|reallyfreegeoip\.org|freegeoip\.(net|app)|curlmyip\.(com|net)|showip\.net|ipwho\.is|iplogger\.(org|com)|db-ip\.com|trackip\.net|checkip\.(dyndns\.(org|com)|amazonaws\.com)|myip\.(opendns\.com|dnsomatic\.com)|eth0\.me|l2\.io|2ip\.(ru|io))$/;

/** Names that anybody may point at a home connection or a tunnel, free and at once. */
const DYNAMIC =
  /(^|\.)(duckdns\.org|ddns\.net|ddnsking\.com|hopto\.(org|me)|zapto\.org|sytes\.net|myftp\.(org|biz)|myvnc\.com|redirectme\.net|bounceme\.net|serve(beer|blog|counterstrike|ftp|game|halflife|http|irc|minecraft|mp3|pics|quake)\.(com|net)|no-ip\.(org|biz|info|com)|noip\.me|dyndns\.(org|biz|info|tv)|dynu\.(net|com)|dynuddns\.(net|com)|freeddns\.org|gleeze\.com|kozow\.com|loseyourip\.com|ooguy\.com|theworkpc\.com|casacam\.net|accesscam\.org|camdvr\.org|giize\.com|mywire\.org|webredirect\.org|mooo\.com|chickenkiller\.com|strangled\.net|us\.to|crabdance\.com|ignorelist\.com|jumpingcrab\.com|twilightparadox\.com|3322\.org|f3322\.net|8866\.org|changeip\.(org|net)|dns(dynamic|et)\.(org|com)|dynv6\.net|nsupdate\.info|spdns\.(de|org)|portmap\.(io|host)|ngrok\.io|ngrok-free\.app|ngrok\.app|serveo\.net|localtunnel\.me|loca\.lt|playit\.gg|trycloudflare\.com|con-ip\.com|linkpc\.net|publicvm\.com|ddns\.(me|info)|selfip\.(com|net|org)|homelinux\.(com|org|net)|is-a-[a-z-]+\.(com|net|org))$/;

/** True for the name of a service that tells callers their public address. */
export function isAddressEcho(name: string): boolean {
  return ADDRESS_ECHO.test(name);
}

/** True for a name below a provider of dynamic DNS or of tunnels to private machines. */
export function isDynamicName(name: string): boolean {
  return DYNAMIC.test(name);
}
